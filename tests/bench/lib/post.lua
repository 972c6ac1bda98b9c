-- Posts the lines of a file in turn, as one of 1,000 users each; all requests are made before the clock starts.
local requests, next = {}, 0

function init()
  local bodies = {}
  for line in io.lines(os.getenv("BENCH_BODIES")) do bodies[#bodies + 1] = line end
  for i = 1, 1000 do
    local headers = { ["Content-Type"] = "application/json", ["x-user-id"] = "user-" .. i }
    requests[i] = wrk.format("POST", "/predict", headers, bodies[(i - 1) % #bodies + 1])
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end
