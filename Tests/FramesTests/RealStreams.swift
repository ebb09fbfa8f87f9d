import Foundation
import Frames
import Metering
import TestSupport
import Testing

/// Real streams, hours long and with their noise, where `AMS_FRAMES` points at a folder of them (see `Tests/README.md`).
@Suite("Real streams")
struct RealStreams {
  struct Message: Equatable {
    var received: String
    var list: String
    /// Each value as text; numbers in their shortest form.
    var values: [String: String]
  }

  @Test(
    "a replayed stream gives every value of every message, and no other message",
    .enabled(if: Conformance.folder != nil, "AMS_FRAMES is not set: real streams were not replayed"),
    arguments: [("kaifa-no-2017-09-14", 1533), ("kamstrup-no-2017-10-20", 689)])
  func replay(name: String, count: Int) throws {
    let folder = try #require(Conformance.folder)
    let expected = try Self.expected("\(folder)/\(name).values.jsonl")
    let heard = try Self.replay("\(folder)/\(name).capture")
    #expect(expected.count == count)
    #expect(heard.messages.count == count)
    var wrong = 0
    for (message, truth) in zip(heard.messages, expected) where message != truth {
      wrong += 1
      if wrong <= 10 { Issue.record("\(message), expected \(truth)") }
    }
    #expect(wrong == 0)
    let values = heard.messages.reduce(0) { $0 + $1.values.count }
    let kinds = Dictionary(grouping: heard.messages, by: \.list).mapValues(\.count).sorted { $0.key < $1.key }
    print(
      "\(name): \(heard.messages.count) messages, \(values) values, \(kinds.map { "\($0.value) \($0.key)" }.joined(separator: ", "));",
      "\(heard.rejects) rejects, \(heard.noise) octets of noise")
  }

  /// Feeds a capture line by line, and tells the decoder of each silence of more than a second.
  private static func replay(_ path: String) throws -> (messages: [Message], rejects: Int, noise: Int) {
    var decoder = StreamDecoder()
    var messages: [Message] = []
    var rejects = 0
    var noise = 0
    var received = ""
    func take(_ event: StreamDecoder.Event) {
      switch event {
      case .list:
        let values = decoder.list.values.map { ($0.key, $0.value.plain) }
        messages.append(
          Message(
            received: received, list: decoder.list.kind.rawValue, values: Dictionary(uniqueKeysWithValues: values)))
      case .reject: rejects += 1
      case .noise(_, let count): noise += count
      case .nothing: break
      }
    }
    var last: UTCTime?
    for line in try lines(path) where !line.hasPrefix("#") {
      let fields = line.split(separator: " ")
      let arrival = try #require(fields.first.flatMap { UTCTime(iso8601: $0) }, "\(line)")
      if let last, arrival - last > .seconds(1) {
        while let event = decoder.giveUp() { take(event) }
      }
      last = arrival
      received = String(fields[0])
      decoder.append(octets(String(fields[1])), at: arrival)
      while let event = decoder.next() { take(event) }
    }
    while let event = decoder.giveUp() { take(event) }
    return (messages, rejects, noise)
  }

  private static func expected(_ path: String) throws -> [Message] {
    try lines(path).map { line in
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let values = try #require(object["values"] as? [String: Any])
      return Message(
        received: object["received"] as? String ?? "", list: object["list"] as? String ?? "",
        values: values.mapValues { "\($0)" })
    }
  }

  private static func lines(_ path: String) throws -> [Substring] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
  }
}
