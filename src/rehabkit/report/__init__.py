"""One summary, rendered as HTML, JSON, Markdown, tables and figures."""
