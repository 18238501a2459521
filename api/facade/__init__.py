"""The REST facade: JSON resources made from the shapes (design §8).

shapes ─▶ `graph.resources` ─▶ parameters · query · models · context · openapi   (pure: values and texts)
request ─▶ parameters ─▶ query ─▶ Engine ─▶ entities ─▶ writing ─▶ JSON           (`routes` joins them)
"""
