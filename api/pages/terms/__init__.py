"""Pages of the ontology: the browser, classes, properties, shapes in words."""
