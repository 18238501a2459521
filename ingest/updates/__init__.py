"""Writing by SPARQL 1.1 Update and the Graph Store Protocol: into data sets that are kept by updates."""
