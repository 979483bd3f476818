import json
import unittest
from xml.dom import minidom

from harness import command
from harness.figures import Round, Series
from harness.showing import plot, report, tables

VALUES = {"cpu_us": 10.0, "rate": 1000.0, "p50_ms": 0.1, "p90_ms": 0.2, "p99_ms": 1.0, "p999_ms": 5.0, "p9999_ms": 9.0,
          "max_ms": 10.0}


def series(factor):
    return Series([Round({name: value * factor for name, value in VALUES.items()}) for _ in range(3)])


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.plan = command.make_plan(command.parser().parse_args(["--only", "a,open", "--peers", "nginx,caddy,edge-uring"]))
        self.sets = {key: {"nginx": series(1.0), "caddy": series(8.0), "edge-uring": series(0.75)} for key in ("a", "open")}
        self.results = report.Results({"CPU": "x"}, {"nginx": "1"}, self.plan, self.sets, ["said"])

    def page(self):
        return report.markdown(self.results, [])

    def test_shows_ratios_of_the_edge_to_each_peer(self):
        self.assertIn("| edge-uring: CPU µs per request | **0.75** | **0.09** |", self.page())

    def test_a_higher_rate_is_better(self):
        self.assertIn("| edge-uring: requests/s | 0.75 |", self.page())

    def test_names_versions_and_notes(self):
        self.assertIn("| nginx | 1 |", self.page())
        self.assertIn("* said", self.page())

    def test_json_holds_rounds_ratios_and_goals(self):
        text = report.as_json(self.results)

        found = json.loads(text)
        self.assertEqual(len(found["sets"]["a"]["peers"]["nginx"]["rounds"]), 3)
        self.assertEqual(found["sets"]["a"]["ratios"]["edge-uring/nginx"]["cpu_us"]["median"], 0.75)
        self.assertEqual(found["goals"][0]["verdict"], "reached")

    def test_remarks_on_refused_unsteady_and_disturbed_peers(self):
        refused, unsteady, disturbed = series(1.0), series(1.0), series(1.0)
        refused.rounds[0].errors = 2
        unsteady.rounds[0].values["cpu_us"] = 20.0
        for round_ in disturbed.rounds:
            round_.foreign = 0.4

        lines = tables.remarks("a", {"x": refused, "y": unsteady, "z": disturbed})

        self.assertEqual(lines[0], "x: refused: 2 errors")
        self.assertIn("y: unsteady: rounds lie 100% apart", lines[1])
        self.assertIn("z: disturbed: other processes took up to 40%", lines[2])

    def test_without_an_edge_everybody_is_compared_with_the_first(self):
        peers = [peer for peer in self.plan.peers if not peer.is_edge]

        self.assertEqual(tables.pairs(peers), {"caddy": ["nginx"]})

    def test_a_second_build_is_also_compared_with_the_first_on_its_transport(self):
        plan = command.make_plan(command.parser().parse_args(["--edge", "a=/a", "--edge", "b=/b"]))

        self.assertEqual(tables.pairs(plan.peers)["b-epoll"], ["nginx", "haproxy", "caddy", "a-epoll"])

    def test_pictures_are_well_formed(self):
        for picture in (plot.cpu_plot(self.sets, self.plan.peers), plot.latency_plot(self.sets, self.plan.peers)):
            self.assertEqual(minidom.parseString(picture).documentElement.tagName, "svg")

    def test_no_picture_of_nothing(self):
        self.assertIsNone(plot.cpu_plot({}, self.plan.peers))
        self.assertIsNone(plot.latency_plot({}, self.plan.peers))


if __name__ == "__main__":
    unittest.main()
