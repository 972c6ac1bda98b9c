-- Health of a BudgetOverride for Argo CD. One that was used, ran out or was not needed is healthy: it is done.
hs = {}
hs.status = "Progressing"
hs.message = "Waiting for the operator"
if obj.status == nil then return hs end
if obj.status.observedGeneration == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Waiting for the operator to see generation " .. tostring(obj.metadata.generation)
  return hs
end
for _, c in ipairs(obj.status.conditions or {}) do
  if c.type == "Stalled" and c.status == "True" then
    hs.status = "Degraded"
    hs.message = c.message
    return hs
  end
  if c.type == "Ready" and c.status == "True" then
    hs.status = "Healthy"
    hs.message = c.message
  end
end
return hs
