"""Tests of the benchmark's own reckoning: python3 -m unittest discover -s bench/tests -t bench"""
