import os
import subprocess
import sys
import unittest

from harness.running import proc

LISTENERS = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 20 4 30 10 -1
"""


class ProcTest(unittest.TestCase):
    def test_reads_the_parent_behind_a_name_with_brackets(self):
        self.assertEqual(proc.parse_parent("17 (a) b (c) S 16 17 17 0 -1"), 16)

    def test_busy_time_of_a_core_leaves_out_idle_and_waiting(self):
        text = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 100 10 50 900 90 5 4 31 7 0\n"

        self.assertAlmostEqual(proc.parse_core(text, 1), 200 / proc.TICKS)

    def test_an_unknown_core_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "core: 7"):
            proc.parse_core("cpu0 1 1 1 1 1 1 1 1 0 0\n", 7)

    def test_finds_only_listening_sockets(self):
        self.assertEqual(proc.parse_listeners(LISTENERS), {8080: {"4242"}})

    def test_resident_bytes_of_an_ending_process_are_none(self):
        self.assertEqual(proc.parse_resident("Name:\tx\nVmRSS:\t   12 kB\n"), 12 * 1024)
        self.assertEqual(proc.parse_resident("Name:\tx\n"), 0)

    def test_counts_the_cpu_time_of_the_whole_tree(self):
        child = subprocess.Popen(
            [sys.executable, "-c", "sum(range(3_000_000)); print(flush=True); input()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        child.stdout.readline()
        try:
            self.assertIn(child.pid, proc.tree(os.getpid()))
            self.assertGreater(proc.cpu_seconds(child.pid), 0.0)
            self.assertGreater(proc.resident_bytes(child.pid), 0)
        finally:
            child.communicate(b"\n")


if __name__ == "__main__":
    unittest.main()
