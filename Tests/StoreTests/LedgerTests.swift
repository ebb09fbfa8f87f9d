import Energy
import Foundation
import GRDB
import Metering
import Simulator
import TestSupport
import Testing

@testable import Accuracy
@testable import Store

/// The ledger of a log is that of its rows, whatever the order in which these came and wherever the logger was restarted.
@Suite struct LedgerTests {
  private func log(
    _ batches: [LogWriter.Batch], _ identity: MeterIdentity, restarts: Bool = false
  ) throws -> DerivedRows {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      var writer = try LogWriter(path: path, zone: oslo)
      for (index, batch) in batches.enumerated() {
        if restarts, index > 0 {
          try writer.close()
          writer = try LogWriter(path: path, zone: oslo)
        }
        _ = try writer.meterKey(for: identity, input: "port", seen: try #require(batch.start))
        var batch = batch
        batch.stays = [(1, "port", try #require(batch.start))]
        _ = try writer.append(batch)
      }
      let derived = try DerivedRows(path)
      #expect(try writer.rebuild().isUnchanged)
      #expect(try DerivedRows(path) == derived)
      return derived
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13] as [UInt64])
  func `batches, restarts and order change nothing`(_ seed: UInt64) throws {
    let month = LoggedMonth(seed)
    let whole = try log([month.batches(of: 1, size: .max)[0]], month.identity)
    #expect(whole.hours.count > 60)
    #expect(try log(month.batches(of: 1, size: 1500), month.identity, restarts: true) == whole)
    var random = SeededGenerator(seed: seed)
    #expect(try log(month.batches(of: 1, size: 6000).shuffled(using: &random), month.identity) == whole)
  }

  @Test(arguments: [21, 22, 23, 25, 27] as [UInt64])
  func `the log has the hours that the pure ledger has`(_ seed: UInt64) throws {
    let month = LoggedMonth(seed)
    let found = try log(month.batches(of: 1, size: 4000), month.identity)
    let hours = found.hours.map(\.hour)
    let range = try #require(hours.first)..<(try #require(hours.last) + .hour)
    let expected = month.judged.ledger.book(range)
    let book = LedgerBook(found.hours)
    // The simulated meter is gone after its month; the log does not know that.
    let inside = range.lowerBound..<range.upperBound - .hours(2)
    #expect(book.hours(in: inside).map(\.energy.activeImport) == expected.hours(in: inside).map(\.energy.activeImport))
    #expect(book.hours(in: inside).map(\.quality) == expected.hours(in: inside).map(\.quality))
    #expect(book.conservation(in: range).holds)
  }
}
