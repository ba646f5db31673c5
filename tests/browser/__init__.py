"""Tests of pages in a real browser. It is a package, so that the browser closes when its last test is over."""
