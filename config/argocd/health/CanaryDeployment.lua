-- Health of a CanaryDeployment for Argo CD.
hs = {}
hs.status = "Progressing"
hs.message = "Waiting for the operator"
if obj.status == nil then return hs end
if obj.status.observedGeneration == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Waiting for the operator to see generation " .. tostring(obj.metadata.generation)
  return hs
end
hs.message = obj.status.message or obj.status.reason or obj.status.phase or ""
for _, c in ipairs(obj.status.conditions or {}) do
  if c.type == "Stalled" and c.status == "True" then
    hs.status = "Degraded"
    hs.message = c.message
    return hs
  end
end
if obj.status.phase == "Degraded" then hs.status = "Degraded" return hs end
if obj.status.phase == "Paused" then hs.status = "Suspended" return hs end
for _, c in ipairs(obj.status.conditions or {}) do
  if c.type == "Ready" and c.status == "True" and obj.status.phase == "Healthy" then hs.status = "Healthy" return hs end
end
-- A promotion and a watch keep their phase while somebody or something holds them.
local held = {
  PausedByUser = true, Suspended = true, WaitForTurn = true, MetricFailed = true, MetricsUnavailable = true, InconclusiveAnalysis = true,
  WebhookWaiting = true, CarbonIntensityHigh = true,
}
if held[obj.status.reason] then hs.status = "Suspended" end
return hs
