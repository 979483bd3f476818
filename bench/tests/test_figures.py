import unittest

from harness.figures import Round, Series, Span, is_warm, ratio


def series(*costs, foreign=(), errors=()):
    made = Series([Round({"cpu_us": cost}) for cost in costs])
    for index, share in foreign:
        made.rounds[index].foreign = share
    for index, count in errors:
        made.rounds[index].errors = count
    return made


class SpanTest(unittest.TestCase):
    def test_orders_least_middle_and_most(self):
        span = Span.of([3.0, 1.0, 2.0])

        self.assertEqual((span.least, span.middle, span.most), (1.0, 2.0, 3.0))

    def test_spread_is_relative_to_the_middle(self):
        self.assertAlmostEqual(Span.of([9.0, 10.0, 11.0]).spread, 0.2)

    def test_leaves_out_what_was_not_measured(self):
        self.assertEqual(Span.of([None, 4.0]).middle, 4.0)
        self.assertIsNone(Span.of([None]))


class SeriesTest(unittest.TestCase):
    def test_drops_rounds_disturbed_by_other_processes(self):
        disturbed = series(10.0, 11.0, 99.0, foreign=[(2, 0.12)])

        self.assertEqual(disturbed.quiet, [0, 1])
        self.assertEqual(disturbed.dropped, 1)
        self.assertFalse(disturbed.disturbed)
        self.assertEqual(disturbed.span("cpu_us").most, 11.0)

    def test_keeps_all_and_says_so_when_fewer_than_two_would_remain(self):
        disturbed = series(10.0, 98.0, 99.0, foreign=[(1, 0.5), (2, 0.3)])

        self.assertEqual(disturbed.quiet, [0, 1, 2])
        self.assertTrue(disturbed.disturbed)

    def test_a_single_round_counts(self):
        self.assertEqual(series(10.0).quiet, [0])

    def test_any_error_refuses_the_set(self):
        failed = series(10.0, 11.0, errors=[(1, 1)])

        self.assertTrue(failed.refused)
        self.assertIsNone(failed.span("cpu_us"))

    def test_a_problem_refuses_the_set(self):
        failed = series(10.0)
        failed.rounds[0].problem = "bytes: 0"

        self.assertTrue(failed.refused)

    def test_a_set_without_rounds_is_refused(self):
        self.assertTrue(Series().refused)


class RatioTest(unittest.TestCase):
    def test_is_taken_round_by_round(self):
        span = ratio(series(10.0, 30.0), series(20.0, 30.0), "cpu_us")

        self.assertEqual((span.least, span.most), (0.5, 1.0))

    def test_uses_rounds_that_count_for_both(self):
        subject = series(10.0, 10.0, 90.0, foreign=[(2, 0.2)])
        reference = series(20.0, 20.0, 10.0)

        self.assertEqual(ratio(subject, reference, "cpu_us").most, 0.5)

    def test_is_absent_when_either_is_refused(self):
        self.assertIsNone(ratio(series(1.0, errors=[(0, 1)]), series(1.0), "cpu_us"))

    def test_is_absent_for_a_metric_that_was_not_measured(self):
        self.assertIsNone(ratio(series(1.0), series(1.0), "mb_s"))


class WarmTest(unittest.TestCase):
    def test_two_rounds_within_five_percent_are_warm(self):
        self.assertTrue(is_warm([40.0, 20.0, 19.2]))

    def test_one_round_or_rounds_apart_are_not(self):
        self.assertFalse(is_warm([20.0]))
        self.assertFalse(is_warm([40.0, 20.0]))

    def test_rounds_without_a_figure_are_not(self):
        self.assertFalse(is_warm([0.0, 0.0]))


if __name__ == "__main__":
    unittest.main()
