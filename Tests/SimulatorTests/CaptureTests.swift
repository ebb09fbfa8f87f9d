import Foundation
import Metering
import TestSupport
import Testing

@testable import Simulator

@Suite("Captures hold what was sent, and the truth beside it")
struct CaptureTests {
  private func meter(_ name: String, minutes: Int64 = 130) throws -> SimulatedMeter {
    let start = instant("2026-01-15T12:50:00Z")
    return SimulatedMeter(
      model: try MeterModel.named(name), seed: 5, hasSolar: true, from: start, to: start + .minutes(minutes))
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("A line for each message: arrival, a space, the octets", arguments: ["aidon-tn", "kaifa-1p", "kamstrup-it"])
  func captureLines(name: String) throws {
    try withScratchFolder { folder in
      let summary = try CaptureFiles.write(
        try meter(name, minutes: 15), seed: 5, name: folder + "/x", remark: "A remark.")
      let messages = Array(try meter(name, minutes: 15))
      let lines = try lines(folder + "/x.capture")
      #expect(lines.first == "# A remark.")
      #expect(summary.messages == messages.count)
      #expect(summary.octets == messages.reduce(0) { $0 + $1.octets.count })
      #expect(lines.count == messages.count + 1)
      for (line, message) in zip(lines.dropFirst(), messages) {
        let expected = message.received.iso8601WithMilliseconds + " " + hex(message.octets).replacing(" ", with: "")
        #expect(line == expected)
      }
    }
  }

  @Test("Values have the keys and the decimals of a decoder", arguments: MeterModel.all.map(\.name))
  func values(name: String) throws {
    try withScratchFolder { folder in
      _ = try CaptureFiles.write(try meter(name, minutes: 15), seed: 5, name: folder + "/x", remark: "")
      let meter = try meter(name, minutes: 15)
      let lines = try lines(folder + "/x.values.jsonl")
      let messages = Array(meter)
      #expect(lines.count == messages.count)
      for (line, message) in zip(lines, messages) {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["received"] as? String == message.received.iso8601WithMilliseconds)
        #expect(object["sent"] as? String == message.sent.iso8601WithMilliseconds)
        #expect(object["list"] as? String == message.list.rawValue)
        let values = try #require(object["values"] as? [String: Any])
        for quantity in message.readings.quantities {
          let value = try #require(message.readings[quantity])
          #expect(line.contains("\"\(quantity.key)\":\(quantity.unit.text(value))"))
        }
        #expect(values["meter_id"] as? String == (message.list == .list1 ? nil : meter.model.identity.id))
        #expect(values["meter_time"] as? String == message.clock?.wall.iso8601)
        #expect(values["meter_time_status"] as? Int == message.clock?.status.map(Int.init))
        let texts = message.list == .list1 ? 0 : 3
        let clock = [message.clock, nil].compactMap(\.self).reduce(0) { count, clock in
          count + 1 + (clock.deviation == nil ? 0 : 1) + (clock.status == nil ? 0 : 1)
        }
        #expect(values.count == message.readings.quantities.count + texts + clock)
      }
    }
  }

  @Test("Hours carry exact energy and the registers of a perfect meter")
  func hours() throws {
    try withScratchFolder { folder in
      _ = try CaptureFiles.write(try meter("aidon-tn"), seed: 5, name: folder + "/x", remark: "")
      let lines = try lines(folder + "/x.hours.jsonl")
      let objects = try lines.map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      #expect(objects.map { $0["hour"] as? String } == ["2026-01-15T13:00:00Z", "2026-01-15T14:00:00Z"])
      for object in objects {
        let energy = try #require(object["import_millijoules"] as? Int64)
        let step = try #require(object["register_step_wh"] as? Int64)
        let start = try #require(object["import_register_start_wh"] as? Int64)
        let end = try #require(object["import_register_end_wh"] as? Int64)
        #expect(step == 10)
        #expect(start % 10 == 0 && end % 10 == 0)
        #expect(abs((end - start) * EnergyCounter.wattHour - energy) < step * EnergyCounter.wattHour)
      }
      let end = objects[0]["import_register_end_wh"] as? Int64
      #expect(end == objects[1]["import_register_start_wh"] as? Int64)
    }
  }

  @Test("Cut reads are the same octets in the same order, and time does not run back")
  func cutReads() throws {
    var shaper = ReadShaper(.cut, seed: 5)
    var reads: [CaptureRead] = []
    let messages = Array(try meter("aidon-tn", minutes: 20))
    for message in messages { reads += shaper.reads(of: message) }
    if let rest = shaper.rest() { reads.append(rest) }
    #expect(reads.flatMap(\.octets) == messages.flatMap(\.octets))
    #expect(zip(reads, reads.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
    #expect(reads.count > messages.count)
    #expect(reads.contains { $0.octets.first != 0x7E })
    #expect(reads.allSatisfy { !$0.octets.isEmpty })
  }

  @Test("A folder that is not there is named")
  func unwritable() throws {
    #expect(throws: SimulatorError.cannotWrite(path: "/nowhere/x.capture", reason: "No such file or directory")) {
      try CaptureFiles.write(try meter("aidon-tn", minutes: 1), seed: 5, name: "/nowhere/x", remark: "")
    }
  }

  @Test(
    "Decimals in their shortest form",
    arguments: [
      (5640, 3, "5.64"), (231_000, 3, "231"), (-2300, 3, "-2.3"), (0, 3, "0"), (7, 0, "7"), (-5, 3, "-0.005"),
    ]
      as [(Int64, Int, String)])
  func decimals(value: Int64, decimals: Int, expected: String) {
    var text: [UInt8] = []
    text.append(decimal: value, decimals: decimals)
    #expect(String(decoding: text, as: UTF8.self) == expected)
  }
}
