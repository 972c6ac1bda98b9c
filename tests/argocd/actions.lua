-- Runs Argo CD's resource actions over one object: the enabled ones by name, after each has been run. A script is a chunk that sees `obj`.
-- usage: lua5.1 actions.lua <discovery.lua> <folder of action scripts> <object.lua>
local function show(value)
  if type(value) ~= "table" then return tostring(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do parts[#parts + 1] = tostring(key) .. "=" .. show(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

obj = dofile(arg[3])
local before, enabled = show(obj), {}
for name, action in pairs(dofile(arg[1])) do
  assert(type(action.disabled) == "boolean", name .. " does not say whether it is disabled")
  if not action.disabled then enabled[#enabled + 1] = name end
  obj = dofile(arg[3])
  local command = "modeloperator.io/command"
  local after = dofile(arg[2] .. "/" .. name .. ".lua")
  local written = after.metadata.annotations[command]
  assert(written:match("^(%S+) %d%d%d%d%d%d%d%dT%d%d%d%d%d%dZ$") == name, name .. " writes " .. written)
  after.metadata.annotations[command] = nil
  if next(after.metadata.annotations) == nil then after.metadata.annotations = nil end
  assert(show(after) == before, name .. " changes more than the command")
  obj = dofile(arg[3])
end
assert(show(obj) == before, "discovery changes the object")
table.sort(enabled)
print(table.concat(enabled, " "))
