"""Pages for people: Jinja2 templates, one style sheet, a few small scripts; nothing from any other host."""
