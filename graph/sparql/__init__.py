"""Reading by SPARQL 1.1: guard the text, let a worker process evaluate it, say what the answer is."""
