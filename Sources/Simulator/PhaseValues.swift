/// One number for each of three phases (or, in a 3-wire net, of the line pairs L1–L2, L1–L3, L2–L3).
struct PhaseValues: Hashable, Sendable {
  var first: Int64 = 0
  var second: Int64 = 0
  var third: Int64 = 0

  var sum: Int64 { first + second + third }
}

/// cos(2π · `part` / `whole`) in thousandths, by Bhaskara's approximation in integers: within 2 of the true value.
func cosinePerMille(_ part: Int64, of whole: Int64) -> Int64 {
  var part = abs(part) % whole
  part = min(part, whole - part)
  let isNegative = part * 4 > whole
  if isNegative { part = whole / 2 - part }
  let square = part * part
  let value = 1000 * (whole * whole - 16 * square) / (whole * whole + 4 * square)
  return isNegative ? -value : value
}

/// √`square`, rounded down. The square root of IEEE 754 is the same everywhere; the result is a current, never energy.
func squareRoot(_ square: Int64) -> Int64 { Int64(Double(max(square, 0)).squareRoot()) }
