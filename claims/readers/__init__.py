"""Readers: what turns pages, PDFs, feeds and threads into plain text with its authors."""
