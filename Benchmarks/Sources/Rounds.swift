import Glibc

/// Sides that are timed in turn, round after round.
struct Rounds {
  let count: Int
  fileprivate var names: [String] = []
  fileprivate var seconds: [[Double]] = []

  init(_ count: Int) {
    self.count = count
  }

  /// Runs each side once a round; the first round warms up and is not counted. A side returns the seconds that it took, or nil
  /// to have its wall time taken.
  mutating func run(_ sides: [(name: String, body: () throws -> Double?)]) throws {
    names = sides.map(\.name)
    seconds = sides.map { _ in [] }
    for round in 0...count {
      for (index, side) in sides.enumerated() {
        let start = now()
        let told = try side.body()
        let taken = told ?? (now() - start)
        if round > 0 { seconds[index].append(taken) }
      }
    }
  }

  /// One line a side: units a second, and its speed against the first side.
  func report(_ title: String, units: Double, of unit: String) {
    print(title)
    for (index, name) in names.enumerated() {
      let rate = units / median(seconds[index])
      let ratio = median(zip(seconds[0], seconds[index]).map { $0 / $1 })
      print("  \(pad(name, 34)) \(pad(grouped(rate), 14, left: true)) \(unit)/s   \(fixed(ratio, 2)) of the first")
    }
  }
}

extension Rounds {
  /// One line a side: milliseconds, the median of all rounds.
  func reportTimes(_ title: String) {
    print(title)
    for (index, name) in names.enumerated() {
      print("  \(pad(name, 44)) \(pad(fixed(median(seconds[index]) * 1000, 1), 8, left: true)) ms")
    }
  }
}

func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}

func grouped(_ value: Double) -> String {
  var digits = String(Int(value.rounded()))
  var parts: [String] = []
  while digits.count > 3 {
    parts.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return ([digits] + parts).joined(separator: " ")
}

func fixed(_ value: Double, _ decimals: Int) -> String {
  let factor = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
  let scaled = Int((value * factor).rounded())
  let fraction = String(scaled % Int(factor))
  return "\(scaled / Int(factor)).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
}

func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
  let blanks = String(repeating: " ", count: max(0, width - text.count))
  return left ? blanks + text : text + blanks
}
