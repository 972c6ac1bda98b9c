-- Health of a TrainingRun for Argo CD.
hs = {}
hs.status = "Progressing"
hs.message = "Waiting for the operator"
if obj.status == nil then return hs end
if obj.status.observedGeneration == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Waiting for the operator to see generation " .. tostring(obj.metadata.generation)
  return hs
end
hs.message = obj.status.message or obj.status.reason or obj.status.phase or ""
if obj.status.phase == "Succeeded" then hs.status = "Healthy" return hs end
if obj.status.phase == "Failed" then hs.status = "Degraded" return hs end
for _, c in ipairs(obj.status.conditions or {}) do
  if c.type == "Stalled" and c.status == "True" then
    hs.status = "Degraded"
    hs.message = c.message
    return hs
  end
end
-- Waiting for room in a budget, or for a person, is a state to rest in, not a failure and not progress.
if obj.status.phase == "Queued" or obj.status.phase == "Paused" or obj.status.phase == "Suspended" then hs.status = "Suspended" end
return hs
