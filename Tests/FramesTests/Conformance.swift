import Foundation
import Frames
import Metering
import TestSupport
import Testing

/// Real frames, where `AMS_FRAMES` points at a folder of them. They carry other people's meter numbers and are not kept here.
@Suite("Real frames")
struct Conformance {
  static let folder = ProcessInfo.processInfo.environment["AMS_FRAMES"]

  struct RealFrame: CustomTestStringConvertible {
    let id: String
    let transport: String
    let maker: String
    let list: String
    let country: String
    let isReadable: Bool
    /// Whole, sound, and not plain text.
    let isEncrypted: Bool
    let octets: [UInt8]
    let expected: [String: String]
    var testDescription: String { id }
  }

  static func frames() throws -> [RealFrame] {
    guard let folder else { return [] }
    let text = try String(contentsOfFile: folder + "/open.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      func text(_ key: String) -> String { object[key] as? String ?? "" }
      func flag(_ key: String) -> Bool { object[key] as? Bool ?? false }
      let values = object["expected"] as? [String: Any] ?? [:]
      return RealFrame(
        id: text("id"), transport: text("transport"), maker: text("manufacturer"), list: text("list"),
        country: text("country"), isReadable: flag("valid") && flag("complete") && flag("decodable"),
        isEncrypted: flag("valid") && flag("complete") && flag("encrypted"),
        octets: TestSupport.octets(text("hex")), expected: values.mapValues { "\($0)" })
    }
  }

  @Test(
    "every readable frame gives every expected key, and no other frame gives a reading",
    .enabled(if: folder != nil, "AMS_FRAMES is not set: real frames were not tried"))
  func everyFrame() throws {
    var right = 0
    var readable = 0
    var refused = 0
    var encrypted = 0
    var counts: [String: Int] = [:]
    for frame in try Self.frames() where frame.transport != "p1" {
      let said = frame.transport == "dlms" ? WholeMessages(unframed: frame.octets) : WholeMessages(frame.octets)
      let heard = said.values
      if frame.isEncrypted {
        encrypted += 1
        #expect(said.refusals.contains { $0.contains("encrypted") }, "\(frame.id) must be told to be encrypted")
      }
      guard frame.isReadable else {
        refused += 1
        #expect(heard.isEmpty, "\(frame.id) must give no reading")
        continue
      }
      readable += 1
      let values = try #require(heard.first, "\(frame.id) gave no reading")
      #expect(heard.count == 1, "\(frame.id)")
      var allRight = true
      for (key, expected) in frame.expected where values[key].map({ same($0, expected) }) != true {
        allRight = false
        Issue.record("\(frame.id): \(key) is \(values[key] ?? "absent"), expected \(expected)")
      }
      if allRight {
        right += 1
        counts["\(frame.maker) \(frame.list), \(frame.country)", default: 0] += 1
      }
    }
    #expect(readable > 90)
    #expect(right == readable)
    print(
      "real frames: \(right) of \(readable) readable ones right, \(refused) others gave nothing,",
      "\(encrypted) of them told to be encrypted")
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(count)") }
  }

  private func same(_ text: String, _ expected: String) -> Bool {
    if text == expected { return true }
    guard let left = Decimal(string: text), let right = Decimal(string: expected) else { return false }
    return left == right
  }
}
