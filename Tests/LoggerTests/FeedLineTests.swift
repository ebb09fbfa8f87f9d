import Foundation
import Metering
import Testing

@testable import Logger

@Suite struct `Lines of the feed` {
  private let meter = MeterIdentity(id: "6970631400000001", maker: .aidon, type: "6534")

  @Test func `a sample has the names and units of decode`() throws {
    let sample = Sample(
      arrival: try utc("2026-01-15T13:00:11.250Z"),
      readings: [.activePowerImport: 1234, .currentL1: 5640, .voltageL1: 231_000])
    #expect(
      FeedLine.text(.sample(sample, of: meter), input: "main")
        == #"{"type":"sample","time":"2026-01-15T13:00:11.250Z","meter":"6970631400000001","input":"main","#
        + #""values":{"active_power_import_w":1234,"current_l1_a":5.64,"voltage_l1_v":231}}"#)
  }

  @Test func `a register reading has both clocks, its boundary and Wh`() throws {
    let snapshot = RegisterSnapshot(
      arrival: try utc("2026-01-15T13:00:11.250Z"), boundary: try utc("2026-01-15T13:00:00Z"),
      clock: try clock("2026-01-15T14:00:10"),
      registers: Registers(activeImport: 1234, activeExport: 0, scale: 1), verdict: .accepted)
    #expect(
      FeedLine.text(.registers(snapshot, of: meter), input: "main")
        == #"{"type":"registers","time":"2026-01-15T13:00:11.250Z","meter":"6970631400000001","input":"main","#
        + #""meter_clock":"2026-01-15T14:00:10","boundary":"2026-01-15T13:00:00Z","verdict":"accepted","#
        + #""values":{"active_energy_import_wh":12340,"active_energy_export_wh":0}}"#)
  }

  @Test func `registers without a settled scale are not told in Wh`() throws {
    let snapshot = RegisterSnapshot(
      arrival: try utc("2026-01-15T13:00:11.250Z"), boundary: nil, clock: nil,
      registers: Registers(activeImport: 1234, reactiveExport: 7, scale: nil), verdict: .suspect)
    #expect(
      FeedLine.text(.registers(snapshot, of: meter), input: "main")
        == #"{"type":"registers","time":"2026-01-15T13:00:11.250Z","meter":"6970631400000001","input":"main","#
        + #""meter_clock":null,"boundary":null,"verdict":"suspect","#
        + #""values":{"active_energy_import_raw":1234,"reactive_energy_export_raw":7}}"#)
  }

  @Test func `whatever a pipeline hears is one line of JSON or none`() throws {
    let reads = try simulatedReads("kamstrup-tn", from: "2026-01-15T12:58:00Z", to: "2026-01-15T13:02:00Z")
    var types: Set<String> = []
    for record in try Pipeline.records(of: reads) {
      guard let line = FeedLine.text(record, input: "a \"name\"\n") else { continue }
      #expect(!line.contains("\n"))
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["input"] as? String == "a \"name\"\n")
      types.insert(try #require(object["type"] as? String))
    }
    #expect(types == ["meter", "sample", "registers"])
  }
}
