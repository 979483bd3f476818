import unittest

from harness.failure import Failure
from harness.running.generators import H2load, Handshakes, OpenLoop, Wrk, last_json

H2LOAD = """starting benchmark...
TLS Protocol: TLSv1.3
Application protocol: {protocol}

finished in 1.00s, 40000.00 req/s, 8.01MB/s
requests: 40000 total, 40512 started, 40000 done, {succeeded} succeeded, {failed} failed, 0 errored, 0 timeout
status codes: {good} 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 8.00MB (8400000) total, 1.20MB (1260000) headers (space savings 70.00%), 4.88MB ({data}) data
"""


def h2load(**changes):
    values = {"protocol": "h2", "succeeded": 40000, "failed": 0, "good": 40000, "data": 40000 * 128} | changes
    return H2load("/s", 16, 32, 128).outcome(H2LOAD.format(**values))


class WrkTest(unittest.TestCase):
    wrk = Wrk("http", "/s", 64, 128)

    def outcome(self, size, errors=0):
        return self.wrk.outcome(f'Running 1s test\n{{"requests":100,"bytes":{size},"seconds":2.0,"errors":{errors},'
                                '"p50_us":1500,"p99_us":9000}\n')

    def test_reads_rate_throughput_and_latency(self):
        values = self.outcome(100 * 300).values()

        self.assertEqual(values["rate"], 50.0)
        self.assertAlmostEqual(values["mb_s"], 0.0064)
        self.assertEqual(values["p50_ms"], 1.5)

    def test_counts_errors(self):
        self.assertEqual(self.outcome(100 * 300, errors=3).errors, 3)

    def test_fewer_bytes_than_bodies_are_a_problem(self):
        self.assertIn("expected: 12800..", self.outcome(100 * 100).problem)

    def test_more_bytes_than_bodies_and_heads_are_a_problem(self):
        self.assertNotEqual(self.outcome(10_000_000).problem, "")

    def test_throughput_of_an_upload_is_what_went_up(self):
        outcome = Wrk("http", "/u", 8, 128, 1_000_000).outcome('{"requests":10,"bytes":3000,"seconds":1.0,"errors":0}')

        self.assertEqual(outcome.values()["mb_s"], 10.0)


class OwnGeneratorsTest(unittest.TestCase):
    def test_a_resumed_handshake_is_a_problem(self):
        text = '{"requests":10,"errors":0,"reused":1,"seconds":1.0,"p50_us":2000.0}'

        self.assertEqual(Handshakes(32).outcome(text).problem, "resumed handshakes: 1 (expected: 0)")

    def test_an_unanswered_request_of_the_open_loop_is_a_problem(self):
        text = '{"requests":10,"errors":0,"unanswered":2,"stalls":0,"seconds":1.0,"p999_us":2000.0}'

        outcome = OpenLoop(8000).outcome(text)

        self.assertIn("unanswered: 2", outcome.problem)
        self.assertEqual(outcome.values()["p999_ms"], 2.0)

    def test_output_without_a_report_says_what_was_printed(self):
        with self.assertRaisesRegex(Failure, "connection refused"):
            last_json("connection refused\n")


class H2loadTest(unittest.TestCase):
    def test_reads_the_rate(self):
        self.assertEqual(h2load().values()["rate"], 40000.0)
        self.assertEqual(h2load().problem, "")

    def test_failed_requests_and_other_statuses_are_errors(self):
        self.assertEqual(h2load(failed=3).errors, 3)
        self.assertEqual(h2load(good=39990).errors, 10)

    def test_another_protocol_is_a_problem(self):
        self.assertIn("expected: h2", h2load(protocol="http/1.1").problem)

    def test_missing_bodies_are_a_problem(self):
        self.assertIn("data", h2load(data=100).problem)

    def test_output_without_a_summary_says_what_was_printed(self):
        with self.assertRaisesRegex(Failure, "no route"):
            H2load("/s", 1, 1, 128).outcome("no route")


if __name__ == "__main__":
    unittest.main()
