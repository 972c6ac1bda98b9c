-- Health of a ModelVersion for Argo CD.
hs = {}
hs.status = "Progressing"
hs.message = "Waiting for the operator"
if obj.status == nil then return hs end
if obj.status.observedGeneration == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Waiting for the operator to see generation " .. tostring(obj.metadata.generation)
  return hs
end
hs.message = obj.status.message or obj.status.reason or obj.status.phase or ""
if obj.status.phase == "Ready" or obj.status.phase == "Archived" then hs.status = "Healthy" end
if obj.status.phase == "Failed" then hs.status = "Degraded" end
return hs
