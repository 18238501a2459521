"""What each rule is worth: Oxigraph alone asked queries as they are written and as they are rewritten.

    python -m bench.rewriting [--data DIR] [--runs 3] [--seconds 60] [--json FILE]

The queries are those of bench/query/queries.toml that are written as nobody should. Seconds of processor,
medians, of a process that has the store open, over the union of all graphs; what takes longer than
--seconds counts as so many. The answers of both texts are compared.
"""

import argparse
import json
import multiprocessing
import time
import tomllib
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import pyoxigraph

from bench.query.__main__ import QUERIES
from graph import settings
from graph.prefixes import Prefixes
from graph.sparql.rewrites.templates import Templates
from graph.stores.generations import Generations


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    chosen = settings.load(data_dir=given.data.resolve()) if given.data else settings.load()
    store = Generations(chosen.data_dir).require_current().oxigraph
    known = Prefixes.load(chosen.ontology_dir / "catalogue.ttl")
    found = {}
    print(f"{'':<32}{'as written':>14}{'rewritten':>14}{'times':>8}  answers, rules")
    for name, text in tomllib.loads(QUERIES.read_text(encoding="utf-8"))["hard"].items():
        declared = (
            "".join(f"PREFIX {one}: <{iri}> " for one, iri in known.items() if f"{one}:" in text) + text
        )
        other = Templates().rewritten(declared, None)
        before, answer = _asked(store, declared, given.runs, given.seconds)
        if not other.rules:
            print(f"{name:<32}{before:>12.4f} s{'–':>14}", flush=True)
            found[name] = {"as written": before}
            continue
        after, same = _asked(store, other.text, given.runs, given.seconds)
        compared = "none to compare" if answer is None else "same" if answer == same else "DIFFERENT"
        rules = ", ".join(other.rules)
        print(
            f"{name:<32}{before:>12.4f} s{after:>12.4f} s{before / after:>8.0f}  {compared}, {rules}",
            flush=True,
        )
        found[name] = {"as written": before, "rewritten": after}
    if given.json:
        given.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _asked(store: Path, text: str, runs: int, seconds: float) -> tuple[float, Counter[str] | None]:
    """Seconds of processor, and the solutions; in a process that is ended when it takes too long."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_ask, args=(store, text, runs, theirs))
    process.start()
    taken: list[float] = []
    answer = None
    deadline = time.monotonic() + seconds
    for _ in range(runs):
        if not ours.poll(max(0.0, deadline - time.monotonic())):
            break
        spent, answer = ours.recv()
        taken.append(spent)
        deadline = time.monotonic() + seconds
    process.kill()
    process.join()
    return (median(taken) if taken else seconds), answer


def _ask(store: Path, text: str, runs: int, answers: Connection) -> None:
    opened = pyoxigraph.Store.read_only(str(store))
    for _ in range(runs):
        began = time.process_time()
        found = opened.query(text, use_default_graph_as_union=True)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        names = sorted(variable.value for variable in found.variables)
        rows = Counter(str([row[name] for name in names]) for row in found)
        answers.send((time.process_time() - began, rows))


if __name__ == "__main__":
    main()
