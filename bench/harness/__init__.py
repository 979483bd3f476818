"""The benchmark of Sallyport: start peers, load them in turn, compare. Start reading at command.py."""
