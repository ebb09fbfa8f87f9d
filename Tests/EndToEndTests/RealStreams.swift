import Foundation
import TestSupport
import Testing

/// The two real streams of the reference folder, through the programs.
@Suite("Real streams", .enabled(if: Programs.frames != nil, "AMS_FRAMES is not set: real streams were not tried"))
struct RealStreams {
  struct Stream: CustomTestStringConvertible {
    let name: String
    let messages: Int
    var testDescription: String { name }
  }

  static let streams = [
    Stream(name: "kamstrup-no-2017-10-20", messages: 689), Stream(name: "kaifa-no-2017-09-14", messages: 1533),
  ]

  @Test("replay takes every message once", arguments: streams)
  func replay(_ stream: Stream) throws {
    let folder = try #require(Programs.frames)
    try withScratchFolder { scratch in
      let arguments = ["replay", "\(folder)/\(stream.name).capture", "--database", scratch + "/ams.sqlite"]
      let first = try Programs.run("ams-logger", arguments)
      #expect(first.status == 0)
      #expect(first.output.contains(": \(stream.messages) messages"))
      #expect(first.output.contains("new: \(stream.messages) samples"))
      let second = try Programs.run("ams-logger", arguments)
      #expect(second.output.contains("new: 0 samples, 0 register readings"))
    }
  }

  @Test("decode gives every value of every message", arguments: streams)
  func decode(_ stream: Stream) throws {
    let folder = try #require(Programs.frames)
    let outcome = try Programs.run("ams-logger", ["decode", "--json", "\(folder)/\(stream.name).capture"])
    let lines = try outcome.output.split(separator: "\n").map(object).filter { $0["values"] != nil }
    let expected = try String(contentsOfFile: "\(folder)/\(stream.name).values.jsonl", encoding: .utf8)
      .split(separator: "\n").map(object)
    #expect(lines.count == stream.messages)
    #expect(expected.count == stream.messages)
    var right = 0
    for (line, wanted) in zip(lines, expected) {
      let values = try #require(line["values"] as? NSDictionary)
      #expect(line["list"] as? String == wanted["list"] as? String)
      if values == wanted["values"] as? NSDictionary { right += 1 }
    }
    print("\(stream.name): \(right) of \(stream.messages) messages give every value")
    #expect(right == stream.messages)
  }

  @Test("the Kamstrup hour 03–04 is the difference of its two registers")
  func kamstrupHour() throws {
    let folder = try #require(Programs.frames)
    try withScratchFolder { scratch in
      let database = scratch + "/ams.sqlite"
      _ = try Programs.run(
        "ams-logger", ["replay", "\(folder)/kamstrup-no-2017-10-20.capture", "--database", database])
      let rows = try Programs.rows(
        Programs.run("ams-report", ["hourly", "--database", database, "--format", "csv"]).output)
      let hour = try #require(rows.first { $0["start_utc"] == "2017-10-20T03:00:00Z" })
      // 427447 − 427244 steps of 10 Wh.
      #expect(hour["import_kwh"] == "2.030")
      #expect(hour["import_start_kwh"] == "4272.440")
      #expect(hour["import_end_kwh"] == "4274.470")
      #expect(hour["quality"] == "measured")
    }
  }

  private func object(_ line: Substring) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }
}
