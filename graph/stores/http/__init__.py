"""Any SPARQL 1.1 server as a store: asked by the Protocol, loaded by the Graph Store Protocol."""
