import Metering
import Testing

@testable import Store

@Suite struct RejectTests {
  private func reject(_ number: Int64, stage: Reject.Stage = .framing) -> Reject {
    Reject(
      arrival: one + TimeSpan(milliseconds: number / 3), stage: stage, reason: "noise", streamOffset: number,
      octets: [UInt8(truncatingIfNeeded: number)])
  }

  @Test(arguments: Reject.Stage.allCases)
  func `A reject comes back as it was`(stage: Reject.Stage) throws {
    try withWriter { writer, path in
      #expect(try writer.append(LogWriter.Batch(rejects: [reject(300, stage: stage)])).rejects == 1)
      let stored = try LogReader(path: path).rejects()
      #expect(stored.map(\.input) == ["port"])
      #expect(stored.map(\.reject) == [reject(300, stage: stage)])
    }
  }

  @Test func `The newest ten thousand are kept, in whatever order they come, and a replay adds none`() throws {
    try withWriter { writer, path in
      let all = (0..<10_500).map { reject($0) }
      let kept = Array(all.suffix(RejectTable.capacity))
      _ = try writer.append(LogWriter.Batch(rejects: Array(all[5000...])))
      let older = try writer.append(LogWriter.Batch(rejects: Array(all[..<5000])))
      #expect(older.rejects == 5000)
      #expect(try LogReader(path: path).rejects().map(\.reject) == kept)
      for part in [all, Array(all.reversed())] {
        let replay = try writer.append(LogWriter.Batch(rejects: part))
        #expect(replay.rejects == 0 && replay.duplicates == 10_500)
      }
      #expect(try LogReader(path: path).rejects().map(\.reject) == kept)
    }
  }

  @Test(arguments: LogEvent.Kind.allCases)
  func `An event comes back as it was`(kind: LogEvent.Kind) throws {
    try withWriter { writer, path in
      let event = LogEvent(time: one, kind: kind, text: "it's \"so\"; æøå")
      let result = try writer.append(LogWriter.Batch(events: [event, event]))
      #expect(result.events == 1 && result.duplicates == 1)
      #expect(try LogReader(path: path).events() == [event])
    }
  }
}
