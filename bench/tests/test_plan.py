import contextlib
import io
import unittest

from harness import command, goals
from harness.failure import Failure
from harness.figures import Round, Series


def plan(*arguments):
    return command.make_plan(command.parser().parse_args(list(arguments)))


def peer_names(plan_):
    return [peer.name for peer in plan_.peers]


class PlanTest(unittest.TestCase):
    def test_everything_fits_into_ten_minutes(self):
        self.assertEqual(peer_names(plan()), ["nginx", "haproxy", "caddy", "edge-uring", "edge-epoll"])
        self.assertLess(plan().expected(), plan().budget)
        self.assertLess(plan().budget, 600)

    def test_quick_fits_into_ninety_seconds(self):
        self.assertLess(plan("--quick").expected(), plan("--quick").budget)
        self.assertLess(plan("--quick").budget, 90)

    def test_only_names_workloads_and_sections_alike(self):
        self.assertEqual(plan("--only", "open,b,a").only, ("a", "b", "open"))

    def test_a_prefix_stands_for_both_transports(self):
        self.assertEqual(peer_names(plan("--peers", "edge,nginx")), ["nginx", "edge-uring", "edge-epoll"])

    def test_two_builds_of_the_edge_replace_the_default(self):
        chosen = plan("--edge", "before=/old", "--edge", "after=/new", "--peers", "before-uring,after-uring")

        self.assertEqual(peer_names(chosen), ["before-uring", "after-uring"])
        self.assertEqual(chosen.peers[1].command[:2], ("/new", "run"))

    def test_unknown_names_say_what_is_known(self):
        with self.assertRaisesRegex(Failure, '--only: "x" .expected: a, a1, b'):
            plan("--only", "x")
        with self.assertRaisesRegex(Failure, '--peers: "apache" .expected: nginx'):
            plan("--peers", "apache")
        with self.assertRaisesRegex(Failure, "expected: NAME=COMMAND"):
            plan("--edge", "after")

    def test_counts_are_whole_numbers(self):
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
            plan("--rounds", "0")


class GoalsTest(unittest.TestCase):
    def sets(self, edge, nginx, foreign=0.0):
        return {"a": {"edge-uring": Series([Round({"cpu_us": edge}, foreign)]), "nginx": Series([Round({"cpu_us": nginx})])}}

    def verdicts(self, sets):
        return [each.verdict for each in goals.judge(sets, plan().peers)]

    def test_a_ratio_at_the_bound_is_reached(self):
        self.assertEqual(self.verdicts(self.sets(85.0, 100.0)), ["reached"])

    def test_a_ratio_above_it_is_missed(self):
        self.assertEqual(self.verdicts(self.sets(86.0, 100.0)), ["missed"])

    def test_a_disturbed_set_has_no_verdict(self):
        self.assertEqual(self.verdicts(self.sets(50.0, 100.0, foreign=0.5)), ["disturbed"])

    def test_an_absolute_bound_needs_no_peer(self):
        sets = {"start": {"edge-epoll": Series([Round({"start_ms": 700.0, "rest_mib": 100.0})])}}

        self.assertEqual(self.verdicts(sets), ["missed", "reached"])


if __name__ == "__main__":
    unittest.main()
