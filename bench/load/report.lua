-- wrk -s report.lua URL [-- METHOD BODY_BYTES]: prints what wrk measured as one line of JSON.
init = function(args)
  if args[1] then
    wrk.method = args[1]
    wrk.body = string.rep("x", tonumber(args[2]))
  end
end

done = function(summary, latency, requests)
  local e = summary.errors
  local share = function(p) return latency:percentile(p) end
  io.write(string.format(
    '{"requests":%d,"bytes":%d,"seconds":%.6f,"errors":%d,"p50_us":%d,"p90_us":%d,"p99_us":%d,"p999_us":%d,"max_us":%d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout,
    share(50), share(90), share(99), share(99.9), latency.max))
end
