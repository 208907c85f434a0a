-- Speeds of a profile of this project in OSRM, and everything else as OSRM's own car profile has it.
--
-- Access, one-ways, barriers and restrictions are read by the profile that comes with OSRM: that
-- reading is what our own is compared with. Only the figures are ours: the speed of each class, which
-- a mapped limit may lower and never raise, and no time for turns, signals, gates or bad surfaces.
--
-- STOCK and SPEEDS are filled in by roads_engines.py.

package.path = "@STOCK@/?.lua;@STOCK@/lib/?.lua;" .. package.path

local car = dofile("@STOCK@/car.lua")
local read_limit = require("lib/maxspeed")
local speeds = { @SPEEDS@ }

local function setup()
  local profile = car.setup()
  profile.properties.weight_name = "duration"
  profile.properties.u_turn_penalty = 0
  profile.properties.continue_straight_at_waypoint = false
  profile.barrier_penalties = { gate = 0, lift_gate = 0 }
  profile.service_penalties = {}
  for class, kmh in pairs(speeds) do
    profile.speeds.highway[class] = kmh
    profile.restricted_highway_whitelist[class] = true
  end
  profile.surface_speeds = {}
  profile.tracktype_speeds = {}
  profile.smoothness_speeds = {}
  return profile
end

local function limited(kmh, way, direction)
  local value = way:get_value_by_key("maxspeed:" .. direction) or way:get_value_by_key("maxspeed")
  local limit = value and tonumber(value:match("^%s*(%d+%.?%d*)%s*$"))
  if limit and limit > 0 and limit < kmh then
    return limit
  end
  return kmh
end

local function process_way(profile, way, result, relations)
  car.process_way(profile, way, result, relations)
  local kmh = speeds[way:get_value_by_key("highway") or ""]
  if not kmh or result.duration > 0 then
    return -- ferries: the time they state
  end
  if result.forward_mode ~= mode.inaccessible and result.forward_speed > 0 then
    result.forward_speed = limited(kmh, way, "forward")
    result.forward_rate = -1
  end
  if result.backward_mode ~= mode.inaccessible and result.backward_speed > 0 then
    result.backward_speed = limited(kmh, way, "backward")
    result.backward_rate = -1
  end
end

local function process_turn(profile, turn)
  turn.duration = 0
  turn.weight = 0
  -- Roads for those who live there are no way through; the stock profile does so for another weight.
  if not turn.source_restricted and turn.target_restricted then
    turn.weight = constants.max_turn_weight
  end
end

return {
  setup = setup,
  process_way = process_way,
  process_node = car.process_node,
  process_turn = process_turn,
}
