"""How scores are spread: bins of lines, medians of departments, and the page that draws them."""
