import GRDB
import Metering
import Testing

@testable import Store

@Suite struct MeterTests {
  @Test func `A meter keeps its key, and its row follows what it says`() throws {
    try withWriter { writer, path in
      var changed = aidon
      changed.listVersion = "AIDON_V0002"
      changed.type = ""
      #expect(try writer.meterKey(for: changed, input: "other port", seen: one + .hour) == 1)
      let meter = try LogReader(path: path).meters().first
      #expect(meter?.identity == MeterIdentity(id: aidon.id, maker: .aidon, type: "6534", listVersion: "AIDON_V0002"))
      #expect(meter?.input == "other port")
      #expect(meter?.firstSeen == one)
      #expect(meter?.lastSeen == one + .hour)
    }
  }

  @Test func `A meter seen at an impossible time makes no row`() throws {
    try withWriter { writer, path in
      #expect(throws: StoreError.self) {
        try writer.meterKey(for: MeterIdentity(id: "2", maker: .kaifa), input: "port", seen: UTCTime(milliseconds: -1))
      }
      let reader = try LogReader(path: path)
      #expect(try reader.meters().count == 1)
    }
  }

  @Test func `What is older than the row does not replace what it says`() throws {
    try withWriter { writer, path in
      var older = aidon
      older.listVersion = "AIDON_V0000"
      #expect(try writer.meterKey(for: older, input: "old capture", seen: one - .hour) == 1)
      let meter = try LogReader(path: path).meters().first
      #expect(meter?.identity == aidon)
      #expect(meter?.input == "port")
      #expect(meter?.firstSeen == one - .hour)
      #expect(meter?.lastSeen == one)
    }
  }

  @Test(arguments: [2_500, 3_599_999, 3_600_000, 90_000_000])
  func `A meter was last seen when its newest row arrived`(milliseconds: Int64) throws {
    try withWriter { writer, path in
      let reader = try LogReader(path: path)
      _ = try writer.append(LogWriter.Batch([power(1, at: -5), power(1, at: milliseconds)]))
      #expect(try reader.meters().first?.firstSeen == one - TimeSpan(milliseconds: 5))
      #expect(try reader.meters().first?.lastSeen == one + TimeSpan(milliseconds: milliseconds))
      _ = try writer.append(LogWriter.Batch(registers: [snapshot(1, hours: 30)]))
      #expect(try reader.meters().first?.lastSeen == one + .hours(30) + .seconds(11))
    }
  }

  @Test func `The row of a meter is not written for every batch`() throws {
    try withWriter { writer, path in
      func stored() throws -> Int64? { try sql(path) { try Int64.fetchOne($0, sql: "SELECT last_seen FROM meter") } }
      _ = try writer.append(LogWriter.Batch([power(1, at: 3_599_000)]))
      #expect(try stored() == one.milliseconds)
      _ = try writer.append(LogWriter.Batch([power(1, at: 3_600_000)]))
      #expect(try stored() == (one + .hour).milliseconds)
    }
  }
}
