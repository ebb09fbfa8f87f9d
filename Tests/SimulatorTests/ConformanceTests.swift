import Foundation
import Metering
import TestSupport
import Testing

@testable import Simulator

/// The folder with frames of real meters. They carry people's meter numbers and are no part of this repository.
private let framesFolder = ProcessInfo.processInfo.environment["AMS_FRAMES"]

/// One line of `open.jsonl`, as far as a builder needs it.
private struct RealFrame: Decodable {
  struct Element: Decodable {
    let obis: String?
    let cde: String?
    let name: String?
    let hex: String?
    let value: Int64?
    let scaler: Int?

    /// Groups C, D and E.
    var code: String? {
      cde
        ?? obis.map { $0.split(separator: ":").last.map { $0.split(separator: ".").prefix(3) } ?? [] }?
        .joined(separator: ".")
    }

    var text: String { String(decoding: octets(hex ?? "").filter { $0 != 0 }, as: UTF8.self) }
  }

  struct Time: Decodable {
    let iso: String
    let deviationMinutes: Int?
    let status: UInt8?
  }

  let id: String
  let hex: String
  let country: String?
  let manufacturer: String?
  let transport: String
  let valid: Bool
  let decodable: Bool
  let list: String
  let features: [String]
  let raw: [Element]?
  let times: [String: Time]?

  var isNorwegian: Bool { country == "NO" && transport == "hdlc" && valid && decodable }

  /// The frame without what stood after it.
  var frame: [UInt8] {
    let trailing = features.compactMap { $0.split(separator: ":") }.first { $0.first == "trailing-octets" }
    return octets(hex).dropLast(trailing.flatMap { $0.last.flatMap { Int($0) } } ?? 0)
  }
}

@Suite("Frames of real meters are rebuilt from their values")
struct ConformanceTests {
  private static let quantities: [String: Quantity] = [
    "1.7.0": .activePowerImport, "2.7.0": .activePowerExport, "3.7.0": .reactivePowerImport,
    "4.7.0": .reactivePowerExport, "31.7.0": .currentL1, "51.7.0": .currentL2, "71.7.0": .currentL3,
    "32.7.0": .voltageL1, "52.7.0": .voltageL2, "72.7.0": .voltageL3, "1.8.0": .activeEnergyImport,
    "2.8.0": .activeEnergyExport, "3.8.0": .reactiveEnergyImport, "4.8.0": .reactiveEnergyExport,
  ]

  /// Powers of ten of what comes without a scaler, as documented by Kaifa and Kamstrup.
  private static func exponent(_ quantity: Quantity, maker: Maker) -> Int {
    switch quantity.unit {
    case .milliampere: maker == .kaifa ? -3 : -2
    case .millivolt: maker == .kaifa ? -1 : 0
    case .wattHour, .varHour: maker == .kaifa ? 0 : 1
    default: 0
    }
  }

  @Test("Octet for octet", .enabled(if: framesFolder != nil, "AMS_FRAMES does not name the folder of frames"))
  func rebuild() throws {
    let folder = try #require(framesFolder)
    let text = try String(contentsOfFile: folder + "/open.jsonl", encoding: .utf8)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var kinds: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let frame = try decoder.decode(RealFrame.self, from: Data(line.utf8))
      guard frame.isNorwegian, let maker = Maker(rawValue: frame.manufacturer ?? ""),
        let list = PushList(rawValue: frame.list)
      else { continue }
      let octets = try rebuilt(frame, maker: maker, list: list)
      #expect(hex(octets) == hex(frame.frame), "\(frame.id)")
      kinds["\(maker.rawValue) \(list.rawValue)", default: 0] += 1
    }
    let counts = kinds.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    print("Rebuilt \(kinds.values.reduce(0, +)) real frames (\(counts))")
    #expect(kinds.count >= 10)
  }

  private func rebuilt(_ frame: RealFrame, maker: Maker, list: PushList) throws -> [UInt8] {
    let elements = frame.raw ?? []
    var readings = Readings()
    for element in elements {
      guard let quantity = element.code.flatMap({ ConformanceTests.quantities[$0] }), let raw = element.value
      else { continue }
      let exponent = element.scaler ?? ConformanceTests.exponent(quantity, maker: maker)
      let value: Int64 = try #require(raw.scaled(byPowerOfTen: exponent - quantity.unit.exponent))
      readings[quantity] = value
    }
    func text(_ name: String, _ codes: String...) -> String {
      elements.first { $0.name == name || $0.code.map(codes.contains) ?? false }?.text ?? ""
    }
    let identity = MeterIdentity(
      id: text("meter_id", "96.1.0", "0.0.5"), maker: maker, type: text("meter_type", "96.1.7", "96.1.1"),
      listVersion: text("list_version_id", "0.2.129"))
    var quirks: MeterModel.Quirks = []
    if frame.features.contains(where: { $0.hasPrefix("null-padding") }) { quirks.insert(.nullPairs) }
    if maker == .kamstrup, frame.features.contains("apdu-time-with-extra-09") { quirks.insert(.taggedDateTime) }
    if list != .list1, readings[.activePowerExport] == nil { quirks.insert(.oneQuadrant) }
    let wiring: Wiring = list != .list1 && readings[.voltageL3] == nil ? .onePhase : .fourWire
    let model = MeterModel(name: frame.id, identity: identity, wiring: wiring, quirks: quirks)
    let clock = try (frame.times?["body"] ?? frame.times?["apdu"]).map { time in
      MeterClock(
        wall: try #require(CivilTime(iso8601: time.iso)), deviation: time.deviationMinutes, status: time.status)
    }
    let never = MeterClock(wall: CivilTime(date: CivilDate(daysSince1970: 0)))
    return model.frame(list, readings: readings, clock: clock ?? never)
  }
}
