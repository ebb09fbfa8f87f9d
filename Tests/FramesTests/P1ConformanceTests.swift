import Foundation
import Frames
import Testing

extension Conformance {
  @Test(
    "every readable P1 telegram gives every expected key, and no other gives a reading",
    .enabled(if: folder != nil, "AMS_FRAMES is not set: real frames were not tried"))
  func p1Telegrams() throws {
    var right = 0
    var readable = 0
    var refused = 0
    for frame in try Self.frames() where frame.transport == "p1" {
      let lists = P1.lists(in: frame.octets)
      guard frame.isReadable else {
        refused += 1
        #expect(lists.isEmpty, "\(frame.id) must give no reading")
        continue
      }
      readable += 1
      #expect(lists.count == 1, "\(frame.id)")
      let values = Dictionary(uniqueKeysWithValues: (lists.first?.values ?? []).map { ($0.key, $0.value.plain) })
      let wrong = frame.expected.filter { key, expected in !(values[key].map { same($0, expected) } ?? false) }
      for (key, expected) in wrong {
        Issue.record("\(frame.id): \(key) is \(values[key] ?? "absent"), expected \(expected)")
      }
      let extra = values.keys.filter { frame.expected[$0] == nil }
      #expect(extra.isEmpty, "\(frame.id)")
      #expect(lists.first?.malformedLines == 0, "\(frame.id)")
      if wrong.isEmpty { right += 1 }
    }
    #expect(readable > 0)
    #expect(right == readable)
    print("real frames: \(right) of \(readable) readable P1 telegrams right, \(refused) others gave nothing")
  }

  private func same(_ text: String, _ expected: String) -> Bool {
    if text == expected { return true }
    // JSON's true and false may come as numbers.
    if ["true", "false"].contains(text) { return expected == (text == "true" ? "1" : "0") }
    guard let left = Decimal(string: text), let right = Decimal(string: expected) else { return false }
    return left == right
  }
}
