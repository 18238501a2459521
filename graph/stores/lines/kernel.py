"""What is done with every byte of a document, compiled to machine code by numba (`machine_code`).

The records and arrays are those of `records`.
"""

import numpy as np
from llvmlite import ir
from numba import from_dtype, njit, types
from numba.core.cgutils import raw_memcpy
from numba.extending import intrinsic

from graph.stores.lines.records import COUNT, END, GRAPH, HEAD, LITERAL, RESOURCE, SPARE, SUFFIX, TOKEN

_ID, _KIND, _LENGTH, _DOUBT = range(4)
_TAB, _FEED, _RETURN, _SPACE, _QUOTE, _HASH = 9, 10, 13, 32, 34, 35
_PERCENT, _MINUS, _DOT, _SLASH, _COLON, _LESS, _GREATER = 37, 45, 46, 47, 58, 60, 62
_QUESTION, _AT, _BACKSLASH, _CARET, _UNDERSCORE = 63, 64, 92, 94, 95

_EIGHT = np.uint64(8)
_HALF = np.uint64(32)
_FOLD = np.uint64(29)
_LOW = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)
_BYTE = np.uint64(0xFF)
_EACH = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_OF_SPACE, _OF_FIRST = _EACH * np.uint64(_SPACE), _EACH * np.uint64(_SPACE + 1)
_OF_QUOTE, _OF_BACKSLASH = _EACH * np.uint64(_QUOTE), _EACH * np.uint64(_BACKSLASH)
_OF_GREATER = _EACH * np.uint64(_GREATER)

_SIGN, _HEX, _LETTER, _SCHEME, _HOST, _LABEL, _TAG = (1 << bit for bit in range(7))


def _classes() -> np.ndarray:
    """Of each byte, what it may be part of."""
    found = np.zeros(256, np.uint8)
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    digits = b"0123456789"
    for bit, signs in (
        (_SIGN, letters + digits + b"._~!$&'()*+,;=:@-"),
        (_HEX, digits + b"ABCDEFabcdef"),
        (_LETTER, letters),
        (_SCHEME, letters + digits + b"+.-"),
        (_HOST, letters + digits + b".-"),
        (_LABEL, letters + digits + b"_-"),
        (_TAG, letters + digits + b"-"),
    ):
        found[list(signs)] |= bit
    return found


_CLASS = _classes()


@intrinsic
def _word(context, array, place):
    """Eight bytes of an array of them, from any place."""

    def generate(context, builder, signature, arguments):
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = builder.gep(found.data, [arguments[1]])
        word = builder.load(builder.bitcast(at, ir.IntType(64).as_pointer()))
        word.align = 1
        return word

    return types.uint64(array, types.intp), generate


@intrinsic
def _fetch(context, array, place):
    """Has an item of an array brought into the cache, and does not wait for it."""

    def generate(context, builder, signature, arguments):
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = builder.bitcast(builder.gep(found.data, [arguments[1]]), ir.IntType(8).as_pointer())
        kinds = [at.type, *[ir.IntType(32)] * 3]
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [at.type], ir.FunctionType(ir.VoidType(), kinds)
        )
        builder.call(prefetch, [at, *(ir.Constant(ir.IntType(32), one) for one in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@intrinsic
def _copy(context, target, place, source, at, size):
    """Copies bytes from one array of them to another."""

    def generate(context, builder, signature, arguments):
        ends = []
        for kind, array, first in (
            (signature.args[0], arguments[0], arguments[1]),
            (signature.args[2], arguments[2], arguments[3]),
        ):
            found = context.make_array(kind)(context, builder, array)
            ends.append(builder.gep(found.data, [first]))
        raw_memcpy(builder, *ends, arguments[4], 1)
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp, types.intp), generate


@njit(nogil=True, forceinline=True)
def _has_less(word, of_limit):
    """Whether some byte of a word is less than the byte that `of_limit` has eight times (at most 128)."""
    return ((word - of_limit) & ~word & _HIGH) != 0


@njit(nogil=True, forceinline=True)
def _has(word, of_sign):
    """Whether some byte of a word is the one that `of_sign` has eight times."""
    return _has_less(word ^ of_sign, _EACH)


@njit(nogil=True, forceinline=True)
def _is_same(one, at, other, place, size):
    """Whether two texts have the same `size` bytes."""
    done = 0
    while done + 8 <= size:
        if _word(one, at + done) != _word(other, place + done):
            return False
        done += 8
    while done < size:
        if one[at + done] != other[place + done]:
            return False
        done += 1
    return True


@njit(nogil=True, forceinline=True)
def _iri_end(text, at, end):
    """Where the `>` is that ends an IRI; where there is a space or a control character before, `end`."""
    while at < end:
        word = _word(text, at)
        if _has(word, _OF_GREATER) or _has_less(word, _OF_FIRST):
            break
        at += 8
    while at < end:
        if text[at] == _GREATER:
            return at
        if text[at] <= _SPACE:
            return end
        at += 1
    return end


@njit(nogil=True, forceinline=True)
def _literal_end(text, at, end):
    """Where the second quote of a literal is, and whether there is a backslash before it; `end` where there
    is a control character, but a tab, before."""
    is_escaped = False
    while at < end:
        while at < end:
            word = _word(text, at)
            if _has(word, _OF_QUOTE) or _has(word, _OF_BACKSLASH) or _has_less(word, _OF_SPACE):
                break
            at += 8
        for _ in range(8):
            sign = text[at]
            if sign == _QUOTE:
                return (at if at < end else end), is_escaped
            if sign == _BACKSLASH:
                is_escaped = True
                at += 1
                sign = text[at]
            if sign < _SPACE and sign != _TAB:
                return end, is_escaped
            at += 1
            if at >= end:
                break
    return end, is_escaped


@njit(nogil=True, forceinline=True)
def _label_end(text, at, end):
    """Where a blank node's label of plain letters ends, before a space or tab; `end` where it is another."""
    first = at + 2
    if text[at + 1] != _COLON or not (_CLASS[text[first]] & _LABEL):
        return end
    if text[first] == _MINUS or text[first] == _UNDERSCORE:
        return end
    at = first
    while at < end and _CLASS[text[at]] & _LABEL:
        at += 1
    return at if text[at] == _SPACE or text[at] == _TAB else end


@njit(nogil=True, forceinline=True)
def _suffix_end(text, at, end):
    """Where what follows a literal's quotes ends: a datatype, a language, or nothing."""
    if text[at] == _CARET:
        if text[at + 1] != _CARET or text[at + 2] != _LESS:
            return end
        found = _iri_end(text, at + 3, end)
        return found + 1 if found < end else end
    if text[at] == _AT:
        at += 1
        while at < end and _CLASS[text[at]] & _TAG:
            at += 1
    return at


@njit(nogil=True, forceinline=True)
def _gap_end(text, at):
    while text[at] == _SPACE or text[at] == _TAB:
        at += 1
    return at


@njit(nogil=True)
def _is_plain(text, at, size):
    """Whether an IRI is of a form that is right for certain (RFC 3987 has more)."""
    end = at + size
    if not size or not (_CLASS[text[at]] & _LETTER):
        return False
    while at < end and _CLASS[text[at]] & _SCHEME:
        at += 1
    if at >= end or text[at] != _COLON:
        return False
    at += 1
    if at + 1 < end and text[at] == _SLASH and text[at + 1] == _SLASH:
        at += 2
        while at < end and _CLASS[text[at]] & _HOST:
            at += 1
        if at < end and text[at] != _SLASH and text[at] != _QUESTION and text[at] != _HASH:
            return False
    is_fragment = False
    while at < end:
        sign = text[at]
        if sign == _PERCENT:
            if at + 2 >= end or not (_CLASS[text[at + 1]] & _CLASS[text[at + 2]] & _HEX):
                return False
            at += 2
        elif sign == _HASH:
            if is_fragment:
                return False
            is_fragment = True
        elif not (_CLASS[sign] & _SIGN) and sign != _SLASH and sign != _QUESTION:
            return False
        at += 1
    return True


@njit(nogil=True, forceinline=True)
def _hash(text, at, size, kind):
    found, other = np.uint64(kind) * _MIX + np.uint64(size), _SPREAD
    done = 0
    while done + 16 <= size:  # Two at a time, as neither has to wait for the other.
        found = (found ^ _word(text, at + done)) * _SPREAD
        other = (other ^ _word(text, at + done + 8)) * _MIX
        found ^= found >> _FOLD
        other ^= other >> _FOLD
        done += 16
    if done + 8 <= size:
        found = (found ^ _word(text, at + done)) * _SPREAD
        found ^= found >> _FOLD
        done += 8
    if done < size:
        some = (_ONE << (_EIGHT * np.uint64(size - done))) - _ONE
        other = (other ^ (_word(text, at + done) & some)) * _MIX
        other ^= other >> _FOLD
    found = (found ^ other) * _SPREAD
    return found ^ (found >> _HALF)


@njit(nogil=True)
def _id(text, at, size, kind, doubt, slots, records, heads, state):
    """The id of a term, which is a new one where it was not met before; -1 where there is no room for it."""
    return _id_by_hash(text, at, size, kind, doubt, _hash(text, at, size, kind), slots, records, heads, state)


@njit(nogil=True)
def _id_by_hash(text, at, size, kind, doubt, code, slots, records, heads, state):
    last = np.int64(len(slots) - 1)
    slot = np.int64(code & _LOW) & last
    while slots[slot]:
        if slots[slot] >> _HALF == code >> _HALF:
            record = np.int64(slots[slot] & _LOW) * 8
            head = record >> 2
            is_alike = heads[head + _KIND] == kind and heads[head + _LENGTH] == size
            if is_alike and _is_same(text, at, records, record + HEAD, size):
                return np.int64(heads[head + _ID])
        slot = (slot + 1) & last
    record, count = state[END], state[COUNT]
    padded = (HEAD + size + 7) & ~7
    if 2 * count >= last or record + padded + SPARE > len(records):
        return np.int64(-1)
    slots[slot] = (code >> _HALF) << _HALF | np.uint64(record >> 3)
    head = record >> 2
    is_iri = kind < SUFFIX and text[at] != _UNDERSCORE
    heads[head + _ID], heads[head + _KIND], heads[head + _LENGTH] = count, kind, size
    heads[head + _DOUBT] = doubt or (is_iri and not _is_plain(text, at, size))
    _copy(records, record + HEAD, text, at, size)
    state[COUNT], state[END] = count + 1, record + padded
    return count


@njit(nogil=True)
def rehash(slots, records, heads, state):
    """Puts all records into `slots`, which is empty."""
    last = np.int64(len(slots) - 1)
    record = np.int64(8)
    while record < state[END]:
        head = record >> 2
        size = np.int64(heads[head + _LENGTH])
        code = _hash(records, record + HEAD, size, np.int64(heads[head + _KIND]))
        slot = np.int64(code & _LOW) & last
        while slots[slot]:
            slot = (slot + 1) & last
        slots[slot] = (code >> _HALF) << _HALF | np.uint64(record >> 3)
        record += (HEAD + size + 7) & ~7


@njit(nogil=True)
def lay_out(records, heads, state, offsets, text, kinds, doubts):
    """The terms by id: their texts one after the other, what they are, and which are in doubt."""
    record, size = np.int64(8), np.int64(0)
    for number in range(state[COUNT]):
        head, done = record >> 2, record + HEAD
        length = np.int64(heads[head + _LENGTH])
        kinds[number], doubts[number] = heads[head + _KIND], heads[head + _DOUBT]
        _copy(text, size, records, done, length)
        size += length
        offsets[number + 1] = size
        record += (HEAD + length + 7) & ~7
    return size


@njit(nogil=True)
def _look_up(text, count, token, ids, slots, records, heads, state):
    """The ids of `count` tokens. What each needs of the table is fetched before it is looked at, so that one
    need not wait for the other. False where there may be no room for all."""
    last = np.int64(len(slots) - 1)
    room = np.int64(0)
    for number in range(count):
        room += HEAD + 7 + token[number]["size"]
    if 2 * (state[COUNT] + count) >= last or state[END] + room + SPARE > len(records):
        return False
    for number in range(count):
        found = slots[np.int64(token[number]["code"] & _LOW) & last]
        _fetch(heads, np.int64(found & _LOW) * 2)
    for number in range(count):
        one = token[number]
        ids[number] = _id_by_hash(
            text, one["at"], one["size"], one["kind"], one["doubt"], one["code"], slots, records, heads, state
        )
    return True


@njit(nogil=True, forceinline=True)
def _wait(token, number, text, at, size, kind, doubt, slots):
    """Makes token `number` of what is to be looked up."""
    one = token[number]
    code = _hash(text, at, size, kind)
    one["at"], one["size"], one["kind"], one["doubt"], one["code"] = at, size, kind, doubt, code
    _fetch(slots, np.int64(code & _LOW) & np.int64(len(slots) - 1))


@njit(nogil=True)
def absorb(other, other_heads, count, numbers, token, slots, records, heads, state):
    """Takes in the `count` terms that have records in `other`; `numbers` get their ids here. There has to be
    room for all."""
    record, done = np.int64(8), 0
    while done < count:
        some = min(len(token), count - done)
        for place in range(some):
            head = record >> 2
            size, kind = np.int64(other_heads[head + _LENGTH]), np.int64(other_heads[head + _KIND])
            if kind >= LITERAL:
                kind = LITERAL + np.int64(numbers[kind - LITERAL])
            doubt = other_heads[head + _DOUBT] != 0
            _wait(token, place, other, record + HEAD, size, kind, doubt, slots)
            if kind == SUFFIX:  # What follows may be a literal with it.
                numbers[done + place] = _id(
                    other, record + HEAD, size, kind, doubt, slots, records, heads, state
                )
            record += (HEAD + size + 7) & ~7
        _look_up(other, some, token, numbers[done:], slots, records, heads, state)
        done += some


@njit(nogil=True)
def sort(keys, other, counts, passes):
    """Sorts numbers of `passes` bytes, which are even; `other` has room for as many, `counts` for 256.

    By one byte after the other, from the last: a quarter of what it takes to compare them (numpy 2.4).
    """
    shift = np.uint64(0)
    for _ in range(passes):
        counts[:] = 0
        for place in range(len(keys)):
            counts[np.int64((keys[place] >> shift) & _BYTE)] += 1
        end = np.int64(0)
        for byte in range(len(counts)):
            counts[byte], end = end, end + counts[byte]
        for place in range(len(keys)):
            byte = np.int64((keys[place] >> shift) & _BYTE)
            other[counts[byte]] = keys[place]
            counts[byte] += 1
        keys, other = other, keys
        shift += _EIGHT


@njit(nogil=True)
def scan(text, at, end, s, p, o, odd, token, ids, slots, records, heads, state):
    """Reads lines from `at` until `end`, where one ends, or until some array is full.

    By line `s`, `p` and `o` get the ids of its terms; of a line that is not written plainly `s` gets -1, and
    `odd` where it begins. `token` has room for those that are looked up together (TOKEN). Returns where it
    stopped, and how many lines and odd ones there were.
    """
    row, odds = np.int64(0), np.int64(0)
    while at < end and row < len(s) and odds < len(odd):
        until = min(row + len(token) // 2, len(s))
        stop, rows, tokens, found = _lines(
            text, at, end, row, until, s, p, o, odds, odd, token, slots, records, heads, state
        )
        if stop < 0 or not _look_up(text, tokens, token, ids, slots, records, heads, state):
            return at, row, odds
        for number in range(row, rows):
            if s[number] >= 0:
                s[number], o[number] = ids[s[number]], ids[o[number]]
        at, row, odds = stop, rows, found
    return at, row, odds


@njit(nogil=True)
def _lines(text, at, end, row, until, s, p, o, odds, odd, token, slots, records, heads, state):
    """Finds the tokens of some lines, from `row` until before `until`. `s` and `o` get numbers of tokens, `p`
    ids. Returns where it stopped, -1 where there was no room, and how many lines, tokens and odd lines there
    are then."""
    tokens = np.int64(0)
    # The last subject, predicate, label and suffix: nearly always the next is the same, at least one of them.
    s_at, s_size, s_token = np.int64(0), np.int64(0), np.int64(0)
    p_at, p_size, p_id = np.int64(0), np.int64(0), np.int64(0)
    g_at, g_size = np.int64(0), np.int64(0)
    x_at, x_size, x_id = np.int64(0), np.int64(-1), np.int64(0)
    while at < end and row < until and odds < len(odd):
        start, is_plain, o_token = at, False, np.int64(0)
        while True:  # Once: what is not plain breaks off.
            if s_size and _is_same(text, at, text, s_at, s_size):
                at += s_size
            else:
                s_at, s_size, s_token = at, np.int64(0), tokens
                if text[at] == _LESS and text[at + 1] != _UNDERSCORE:
                    stop = _iri_end(text, at + 1, end)
                    if stop == end:
                        break
                    _wait(token, tokens, text, at + 1, stop - at - 1, RESOURCE, False, slots)
                    stop += 1
                elif text[at] == _UNDERSCORE:
                    stop = _label_end(text, at, end)
                    if stop == end:
                        break
                    _wait(token, tokens, text, at, stop - at, RESOURCE, False, slots)
                else:
                    break
                tokens += 1
                # The space behind a label too: a longer one may begin so.
                s_size = stop - at + (text[at] == _UNDERSCORE)
                at = stop
            at = _gap_end(text, at)
            if p_size and _is_same(text, at, text, p_at, p_size):
                at += p_size
            else:
                if text[at] != _LESS or text[at + 1] == _UNDERSCORE:
                    break
                stop = _iri_end(text, at + 1, end)
                if stop == end:
                    break
                p_id = _id(text, at + 1, stop - at - 1, RESOURCE, False, slots, records, heads, state)
                if p_id < 0:
                    return np.int64(-1), row, tokens, odds
                p_at, p_size = at, stop + 1 - at
                at = stop + 1
            at = _gap_end(text, at)
            if text[at] == _QUOTE:
                stop, is_escaped = _literal_end(text, at + 1, end)
                if stop == end:
                    break
                first, size, at = at + 1, stop - at - 1, stop + 1
                stop = _suffix_end(text, at, end)
                if stop == end:
                    break
                if stop - at != x_size or not _is_same(text, at, text, x_at, x_size):
                    x_id = _id(text, at, stop - at, SUFFIX, False, slots, records, heads, state)
                    if x_id < 0:
                        return np.int64(-1), row, tokens, odds
                    x_at, x_size = at, stop - at
                at = stop
                o_token = tokens
                _wait(token, tokens, text, first, size, LITERAL + x_id, is_escaped, slots)
            elif text[at] == _LESS and text[at + 1] != _UNDERSCORE:
                stop = _iri_end(text, at + 1, end)
                if stop == end:
                    break
                o_token = tokens
                _wait(token, tokens, text, at + 1, stop - at - 1, RESOURCE, False, slots)
                at = stop + 1
            elif text[at] == _UNDERSCORE:
                stop = _label_end(text, at, end)
                if stop == end:
                    break
                o_token = tokens
                _wait(token, tokens, text, at, stop - at, RESOURCE, False, slots)
                at = stop
            else:
                break
            tokens += 1
            at = _gap_end(text, at)
            if g_size and _is_same(text, at, text, g_at, g_size):
                at = _gap_end(text, at + g_size)
            elif text[at] == _LESS and text[at + 1] != _UNDERSCORE:
                stop = _iri_end(text, at + 1, end)
                if stop == end:
                    break
                if _id(text, at + 1, stop - at - 1, GRAPH, False, slots, records, heads, state) < 0:
                    return np.int64(-1), row, tokens, odds
                g_at, g_size = at, stop + 1 - at
                at = _gap_end(text, stop + 1)
            elif text[at] == _UNDERSCORE:
                stop = _label_end(text, at, end)
                if stop == end:
                    break
                if _id(text, at, stop - at, GRAPH, False, slots, records, heads, state) < 0:
                    return np.int64(-1), row, tokens, odds
                at = _gap_end(text, stop)
            if text[at] != _DOT:
                break
            at += 2 if text[at + 1] == _RETURN else 1
            is_plain = text[at] == _FEED
            break
        if is_plain:
            s[row], p[row], o[row] = s_token, p_id, o_token
            at += 1
        else:
            s[row], odd[odds] = -1, start
            odds += 1
            s_size, at = np.int64(0), start
            while text[at] != _FEED:
                at += 1
            at += 1
        row += 1
    return at, row, tokens, odds


_BYTES, _INTS, _LONGS, _WORDS = (
    types.Array(one, 1, "C") for one in (types.uint8, types.int32, types.int64, types.uint64)
)
_FLAGS, _TOKENS = types.Array(types.boolean, 1, "C"), types.Array(from_dtype(TOKEN), 1, "C")
_TABLE = (_WORDS, _BYTES, _INTS, _LONGS)
_NUMBER = types.int64
SIGNATURES = {
    "scan": (_BYTES, _NUMBER, _NUMBER, _INTS, _INTS, _INTS, _LONGS, _TOKENS, _INTS, *_TABLE),
    "rehash": _TABLE,
    "absorb": (_BYTES, _INTS, _NUMBER, _INTS, _TOKENS, *_TABLE),
    "sort": (_WORDS, _WORDS, _LONGS, _NUMBER),
    "lay_out": (_BYTES, _INTS, _LONGS, _LONGS, _BYTES, _INTS, _FLAGS),
}
"""The functions that are called from Python, with the types of what they are given."""
