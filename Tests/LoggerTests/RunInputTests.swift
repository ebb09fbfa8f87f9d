import Metering
import Store
import TestSupport
import Testing

@testable import Logger

@Suite struct `Inputs of a run` {
  private func settings(_ name: String, keyFile: String? = nil) throws -> InputSettings {
    InputSettings(name: name, source: .tcp(try TCPAddress("\(name):2001")), keyFile: keyFile)
  }

  @Test func `one whose key file cannot be read is left out, and told; the others are read`() throws {
    try withScratchFolder { folder in
      let writer = try LogWriter(path: folder + "/ams.sqlite", zone: oslo)
      let inputs = [try settings("house"), try settings("cabin", keyFile: folder + "/none.key")]
      try RunInput.check(inputs, zone: oslo)
      let all = try RunInput.all(inputs, zone: oslo, writer: writer)
      #expect(all.map(\.name) == ["house", "cabin"])
      #expect(all[0].source.name == "house:2001")
      let error = #expect(throws: InputError.self) { _ = try all[1].source.open(unless: try Stop()) }
      #expect(error?.description.contains("none.key") == true, "\(error?.description ?? "")")
      #expect(all[1].source.longestPause != nil, "it stays, and alarms")
    }
  }

  @Test func `with no other input it ends the program`() throws {
    try withScratchFolder { folder in
      let writer = try LogWriter(path: folder + "/ams.sqlite", zone: oslo)
      let inputs = [try settings("cabin", keyFile: folder + "/none.key")]
      #expect(throws: (any Error).self) { try RunInput.check(inputs, zone: oslo) }
      #expect(throws: (any Error).self) { _ = try RunInput.all(inputs, zone: oslo, writer: writer) }
    }
  }

  @Test func `the log knows who was heard at an input last`() throws {
    try withScratchFolder { folder in
      let writer = try LogWriter(path: folder + "/ams.sqlite", zone: oslo)
      #expect(try writer.meter(at: "main") == nil)
      let recorder = Recorder(writer: writer, input: "main")
      let old = MeterIdentity(id: "1", maker: .aidon, type: "6534")
      let new = MeterIdentity(id: "2", maker: .kaifa)
      let start = try utc("2026-01-15T13:00:00Z")
      for (place, meter) in [old, new, MeterIdentity.unidentified(at: "main")].enumerated() {
        let time = start + .hours(Int64(place))
        if place < 2 { recorder.take(.meter(meter, seen: time)) }
        recorder.take(.sample(Sample(arrival: time, readings: [.activePowerImport: 5]), of: meter))
        try recorder.commit()
        #expect(try writer.meter(at: "main") == [old, new, new][place])
      }
      #expect(try writer.meter(at: "garage") == nil)
    }
  }
}
