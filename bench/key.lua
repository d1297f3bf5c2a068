-- For wrk: GET of the URL's path by one user after another, or POST of a body. Arguments: a file whose lines are the users'
-- tokens, for how many seconds to ask, and for a POST the JSON to send, in which %s stands for the line. wrk itself must run a second longer: in it every answer still on its way arrives, so that what
-- wrk counts is what the service served, to the request.
--
-- At the end one line for bench/run, beginning with "result": requests, p50, p99, max (microseconds), answers that were
-- not 200, socket errors, timeouts.

local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long seconds; long nanoseconds; } bench_time;
    int clock_gettime(int clock, bench_time *time);
]]
local time = ffi.new("bench_time")
local monotonic = 1

local function now()
    ffi.C.clock_gettime(monotonic, time)
    return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

-- The first byte of a request that never goes on: it parks a connection without asking for anything.
local park = "G"

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(args)
    requests = {}
    for token in io.lines(args[1]) do
        local headers = { Authorization = "Bearer " .. token, ["User-Agent"] = "mana-bench/1.0" }
        if args[3] then
            headers["Content-Type"] = "application/json"
        end
        local body = args[3] and args[3]:gsub("%%s", token) or nil
        requests[#requests + 1] = wrk.format(body and "POST" or "GET", nil, headers, body)
    end
    seconds = tonumber(args[2])
    -- The threads walk the same list from different places, so that they seldom ask for the same user together.
    at = math.floor(number * #requests / 2) % #requests
end

function request()
    local moment = now()
    stop = stop or moment + seconds
    if moment >= stop then
        return park
    end
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("result %d %d %d %d %d %d %d\n",
        summary.requests, latency:percentile(50), latency:percentile(99), latency.max,
        errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
