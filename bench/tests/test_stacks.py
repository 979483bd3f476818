import unittest

from harness import stacks

LOOP = "io/netty/channel/epoll/EpollIoHandler.run_[j]"


class StacksTest(unittest.TestCase):
    def test_kernel_time_is_named_by_its_system_call(self):
        frames = [LOOP, "__x64_sys_sendto_[k]", "tcp_sendmsg_[k]"]

        self.assertEqual(stacks.group_of(frames), ("kernel", "sendto()"))

    def test_native_cipher_code_below_netty_is_tls(self):
        frames = [LOOP, "io/netty/internal/tcnative/SSL.writeToSSL_[0]", "aes_gcm_enc_update", "memcpy"]

        self.assertEqual(stacks.group_of(frames)[0], "TLS")

    def test_time_in_the_jdk_belongs_to_its_caller(self):
        frames = [LOOP, "dev/sallyport/core/http/HeadParser.parse_[j]", "java/util/Arrays.fill_[i]"]

        self.assertEqual(stacks.group_of(frames), ("head parsing", "dev/sallyport/core/http/HeadParser.parse"))

    def test_rooms_of_ours_are_told_apart(self):
        self.assertEqual(stacks.group_of([LOOP, "dev/sallyport/core/observe/AccessQueue.offer_[j]"])[0], "access log")
        self.assertEqual(stacks.group_of([LOOP, "dev/sallyport/core/upstream/LoopPool.take_[j]"])[0], "our logic")

    def test_compiler_threads_are_the_jvm(self):
        frames = ["start_thread", "CompileBroker::compiler_thread_loop", "Compile::Optimize", "PhaseIdealLoop::build"]

        self.assertEqual(stacks.group_of(frames)[0], stacks.OTHER)

    def test_sums_and_orders_groups(self):
        groups = stacks.grouped(f"{LOOP};__x64_sys_sendto_[k] 3\n{LOOP};G1<a, b>::do_it 1\n{LOOP};x_[k] 4\n")

        self.assertEqual({name: group.samples for name, group in groups.items()},
                         {"kernel": 7, "Netty channel and loop": 1})
        self.assertEqual(list(groups), ["kernel", "Netty channel and loop"])
        self.assertTrue(stacks.summary(groups, 1).startswith("8 samples\n  87.5%  kernel\n"))


if __name__ == "__main__":
    unittest.main()
