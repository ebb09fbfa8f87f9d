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
        octets: TestSupport.octets(text("hex")), expected: values.mapValues { "\($0)" })
    }
  }

  @Test(
    "every readable Norwegian frame gives every expected key, and no other frame gives a reading",
    .enabled(if: folder != nil, "AMS_FRAMES is not set: real frames were not tried"))
  func norwegianFrames() throws {
    var right = 0
    var readable = 0
    var refused = 0
    var counts: [String: Int] = [:]
    for frame in try Self.frames() where frame.transport == "hdlc" || frame.transport == "dlms" {
      let heard = try Self.values(of: frame)
      guard frame.isReadable else {
        refused += 1
        #expect(heard.isEmpty, "\(frame.id) must give no reading")
        continue
      }
      guard frame.country == "NO" else { continue }
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
        counts["\(frame.maker) \(frame.list)", default: 0] += 1
      }
    }
    #expect(readable > 40)
    #expect(right == readable)
    print("real frames: \(right) of \(readable) readable Norwegian ones right, \(refused) unreadable ones gave nothing")
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(count)") }
  }

  /// A list that no layout here was made for must be refused, or read right: never half guessed.
  ///
  /// Kamstrup's scales outside Norway are the exception: they are not in the frame, and differ from meter to meter
  /// (`protocol.md` 5.9). How many frames that concerns is printed.
  @Test(
    "a frame of another country gives no value that contradicts what it says",
    .enabled(if: folder != nil, "AMS_FRAMES is not set: real frames were not tried"))
  func otherFrames() throws {
    var counts: [String: Int] = [:]
    for frame in try Self.frames() where frame.isReadable && frame.country != "NO" && frame.transport != "p1" {
      let heard = try Self.values(of: frame)
      let wrong = heard.flatMap { $0 }.filter { key, value in
        frame.expected[key].map { !same(value, $0) } ?? false
      }
      if !wrong.isEmpty, frame.maker != "kamstrup" {
        Issue.record("\(frame.id): \(wrong) contradicts \(frame.expected)")
      }
      let outcome = heard.isEmpty ? "refused" : wrong.isEmpty ? "read" : "read in another scale"
      counts["\(frame.country) \(frame.maker) \(frame.list): \(outcome)", default: 0] += 1
    }
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(count)") }
  }

  /// What each message of the frame's octets said.
  private static func values(of frame: RealFrame) throws -> [[String: String]] {
    if frame.transport == "dlms" {
      var decoder = MessageDecoder()
      do { try decoder.decode(frame.octets.span, in: 0..<frame.octets.count, isChecked: false) } catch { return [] }
      return [plain(decoder.list.values)]
    }
    var lists: [[String: String]] = []
    var decoder = StreamDecoder()
    decoder.append(frame.octets.span, arrival: UTCTime(milliseconds: 0))
    while let event = decoder.next() ?? decoder.giveUp() {
      if case .list = event { lists.append(plain(decoder.list.values)) }
    }
    return lists
  }

  private static func plain(_ values: [(key: String, value: MeterList.Value)]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.key, $0.value.plain) })
  }

  private func same(_ text: String, _ expected: String) -> Bool {
    if text == expected { return true }
    guard let left = Decimal(string: text), let right = Decimal(string: expected) else { return false }
    return left == right
  }
}
