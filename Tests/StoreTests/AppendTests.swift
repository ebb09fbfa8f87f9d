import Metering
import TestSupport
import Testing

@testable import Store

@Suite struct AppendTests {
  @Test func `Appending the same batch twice changes nothing`() throws {
    try withWriter { writer, path in
      let batch = LogWriter.Batch(
        [power(1500, at: 0), power(1510, at: 2500)], registers: [snapshot(100, hours: 0)],
        rejects: [Reject(arrival: one, stage: .framing, reason: "noise", streamOffset: 7, octets: [0x7E, 0])],
        events: [LogEvent(time: one, kind: .linkUp, text: "port opened")])
      var sum = AppendResult()
      let first = try writer.append(batch)
      let reader = try LogReader(path: path)
      let before = try (reader.meters(), reader.allSamples(), reader.allSnapshots(), reader.events())
      let second = try writer.append(batch)
      let after = try (reader.meters(), reader.allSamples(), reader.allSnapshots(), reader.events())
      sum += first
      sum += second

      #expect((first.samples, first.registers, first.rejects, first.events, first.duplicates) == (2, 1, 1, 1, 0))
      #expect((second.samples, second.registers, second.rejects, second.events, second.duplicates) == (0, 0, 0, 0, 5))
      #expect(sum.samples == 2 && sum.duplicates == 5)
      #expect(before == after)
      #expect(try reader.rejects().map(\.reject) == batch.rejects.map(\.reject))
    }
  }

  @Test func `A sample comes back as it was, and what was absent stays absent`() throws {
    try withWriter { writer, path in
      let samples = [
        Sample(arrival: one, readings: [.activePowerImport: 0]),
        Sample(arrival: one + .seconds(1), readings: [.currentL1: -5640, .voltageL3: 231_400]),
        Sample(
          arrival: one + .seconds(2),
          readings: [.activePowerImport: 5_000_000_000, .reactivePowerExport: -1, .activePowerExportL2: 7]),
      ]
      let result = try writer.append(LogWriter.Batch(samples))
      #expect(result.samples == 3)
      #expect(try LogReader(path: path).allSamples() == samples)
    }
  }

  @Test func `Every quantity of a sample table has a place of its own`() throws {
    try withWriter { writer, path in
      var sample = Sample(arrival: one, readings: [:])
      for quantity in SampleTable.power.quantities + SampleTable.phase.quantities {
        sample.readings[quantity] = Int64(quantity.rawValue) + 1
      }
      _ = try writer.append(LogWriter.Batch([sample]))
      #expect(try LogReader(path: path).allSamples() == [sample])
    }
  }

  @Test func `A sample without power and phases makes no row`() throws {
    try withWriter { writer, path in
      let result = try writer.append(LogWriter.Batch([Sample(arrival: one, readings: [.activeEnergyImport: 5])]))
      #expect(result == AppendResult())
      #expect(try LogReader(path: path).allSamples().isEmpty)
    }
  }

  @Test func `Other messages of one millisecond take the next free ones, and a replay finds them there`() throws {
    try withWriter { writer, path in
      // The last arrives by its own right in the millisecond that the second was moved to.
      let batch = LogWriter.Batch([power(1, at: 0), power(2, at: 0), power(3, at: 0), power(4, at: 1)])
      let moved = [power(1, at: 0), power(2, at: 1), power(3, at: 2), power(4, at: 3)]
      #expect(try writer.append(batch).samples == 4)
      #expect(try LogReader(path: path).allSamples() == moved)

      let again = try writer.append(batch)
      #expect(again.samples == 0 && again.duplicates == 4)
      try writer.close()
      let reopened = try LogWriter(path: path, zone: oslo).append(batch)
      #expect(reopened.samples == 0 && reopened.duplicates == 4)
      #expect(try LogReader(path: path).allSamples() == moved)
    }
  }

  @Test func `Power of one message and phases of another never share a key`() throws {
    try withWriter { writer, path in
      let batch = LogWriter.Batch([
        Sample(arrival: one, readings: [.activePowerImport: 5]),
        Sample(arrival: one, readings: [.currentL1: 6]),
        Sample(arrival: one, readings: [.activePowerImport: 5, .currentL1: 6]),
      ])
      #expect(try writer.append(batch).samples == 3)
      #expect(try writer.append(batch).duplicates == 3)
      let stored = try LogReader(path: path).allSamples()
      #expect(stored.map(\.readings) == batch.samples.map(\.sample.readings))
      #expect(Set(stored.map(\.arrival)).count == 3)
    }
  }

  @Test func `A host clock that steps back loses and overwrites nothing`() throws {
    try withWriter { writer, path in
      let before = (0..<50).map { power(1000 + $0, at: $0 * 100) }
      let after = (0..<50).map { power(2000 + $0, at: $0 * 100) }
      #expect(try writer.append(LogWriter.Batch(before)).samples == 50)
      #expect(try writer.append(LogWriter.Batch(after)).samples == 50)
      let watts = try LogReader(path: path).allSamples().compactMap { $0.readings[.activePowerImport] }
      #expect(watts.sorted() == (1000..<1050).map(Int64.init) + (2000..<2050).map(Int64.init))
    }
  }

  @Test func `Samples out of order are kept in order`() throws {
    try withWriter { writer, path in
      let result = try writer.append(LogWriter.Batch([power(2, at: 20), power(1, at: 10), power(3, at: 30)]))
      #expect(result.samples == 3)
      #expect(try LogReader(path: path).allSamples() == [power(1, at: 10), power(2, at: 20), power(3, at: 30)])
    }
  }

  @Test func `More than a thousand messages of one millisecond are refused, all or nothing`() throws {
    try withWriter { writer, path in
      let result = try writer.append(LogWriter.Batch((0..<1000).map { power($0, at: 0) }))
      #expect(result.samples == 1000)
      let error = #expect(throws: StoreError.self) {
        try writer.append(LogWriter.Batch([power(5000, at: 9000), power(5001, at: 0)]))
      }
      #expect(error?.message.contains("2026-01-15T13:00:00.000Z") == true)
      #expect(try LogReader(path: path).allSamples().count == 1000)
      #expect(try writer.append(LogWriter.Batch([power(5000, at: 9000)])).samples == 1)
    }
  }

  @Test(arguments: [Int64.min, -1, 1 << 44, Int64.max])
  func `An arrival that no key can hold is an error`(milliseconds: Int64) throws {
    try withWriter { writer, path in
      let sample = Sample(arrival: UTCTime(milliseconds: milliseconds), readings: [.activePowerImport: 1])
      #expect(throws: StoreError.self) { try writer.append(LogWriter.Batch([sample])) }
      let reader = try LogReader(path: path)
      #expect(try reader.allSamples().isEmpty)
    }
  }

  @Test(arguments: [Int64.min, -1, 0, 2, 1 << 19, Int64.max])
  func `A meter that does not exist is an error`(meter: Int64) throws {
    try withWriter { writer, path in
      #expect(throws: StoreError.self) { try writer.append(LogWriter.Batch(meter: meter, [power(1, at: 0)])) }
      #expect(throws: StoreError.self) {
        try writer.append(LogWriter.Batch(meter: meter, registers: [snapshot(1, hours: 0)]))
      }
      let reader = try LogReader(path: path)
      #expect(try reader.allSamples(of: meter).isEmpty)
      #expect(try reader.allSnapshots(of: meter).isEmpty)
    }
  }

  @Test func `The last meter and the last millisecond fit`() throws {
    let last = UTCTime(milliseconds: (1 << 44) - 1)
    #expect(try RowKey.pack(meter: 0x7FFFF, arrival: last) == Int64.max)
    #expect(RowKey.arrival(of: Int64.max) == last)
    #expect(RowKey.range(of: 0x7FFFF, in: last..<UTCTime(milliseconds: .max)) == Int64.max...Int64.max)
    #expect(throws: StoreError.self) { try RowKey.place(Int64.max) { _ in .other } }
  }

  @Test func `Meters keep apart what arrived in the same millisecond`() throws {
    try withWriter { writer, path in
      let other = try writer.meterKey(for: MeterIdentity(id: "2", maker: .kaifa), input: "port", seen: one)
      #expect(other == 2)
      _ = try writer.append(LogWriter.Batch(meter: 1, [power(1, at: 0)]))
      _ = try writer.append(LogWriter.Batch(meter: 2, [power(2, at: 0)]))
      #expect(try LogReader(path: path).allSamples(of: 1) == [power(1, at: 0)])
      #expect(try LogReader(path: path).allSamples(of: 2) == [power(2, at: 0)])
    }
  }
}
