-- Runs one health script over one object, as Argo CD does: the script is a chunk that sees `obj` and returns hs.
-- usage: lua5.1 health.lua <script.lua> <object.lua>
obj = dofile(arg[2])
local hs = dofile(arg[1])
assert(type(hs) == "table" and type(hs.status) == "string", "the script returned no health")
assert(type(hs.message) == "string", "the health has no message")
print(hs.status)
