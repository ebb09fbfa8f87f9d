import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// Events do not fill the disk, and a program that wants the newest does not read them all.
@Suite struct EventTests {
  private func link(_ minute: Int) -> LogEvent {
    LogEvent(
      time: one + .minutes(Int64(minute)), kind: minute % 2 == 0 ? .linkLost : .linkUp, text: "minute \(minute)")
  }

  @Test func `the oldest events of links go, and no others`() throws {
    try withWriter { writer, path in
      let count = EventTable.linksKept + 700
      let others = [LogEvent.Kind.started, .alarm, .registerSuspect].map { LogEvent(time: one, kind: $0, text: "old") }
      _ = try writer.append(LogWriter.Batch(events: others + (0..<count).map(link)))
      var steps: [Int] = []
      var news = HouseNews()
      repeat {
        news = try writer.keepHouse(now: one, retention: nil)
        steps.append(news.events)
      } while news.hasMore
      #expect(steps.filter { $0 > 0 } == [300, 300, 100])
      let left = try LogReader(path: path).events()
      #expect(left == others + (700..<count).map(link))
      #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
      // The next ones are looked at when there are some hundreds of them.
      _ = try writer.append(LogWriter.Batch(events: (count..<count + 299).map(link)))
      #expect(try writer.keepHouse(now: one, retention: nil).events == 0)
      _ = try writer.append(LogWriter.Batch(events: [link(count + 299)]))
      #expect(try writer.keepHouse(now: one, retention: nil).events == 300)
    }
  }

  @Test func `the newest events are read alone, in order of time`() throws {
    try withWriter { writer, path in
      let events = (0..<40).map(link)
      let last = [LogEvent.Kind.stopped, .alarm].map { LogEvent(time: one + .hours(9), kind: $0, text: "at once") }
      _ = try writer.append(LogWriter.Batch(events: events.reversed() + last))
      let reader = try LogReader(path: path)
      #expect(try reader.events() == events + last)
      #expect(try reader.events(newest: 3) == events.suffix(1) + last)
      #expect(try reader.events(newest: 0).isEmpty)
      #expect(try reader.events(newest: 1000).count == 42)
      let plan = try sql(path) { db in
        try Row.fetchAll(
          db, sql: "EXPLAIN QUERY PLAN SELECT time, kind, text FROM event ORDER BY time DESC, id DESC LIMIT 5"
        ).map { $0["detail"] as String }
      }
      #expect(plan.first?.contains("USING INDEX") == true || plan.first?.contains("COVERING INDEX") == true, "\(plan)")
    }
  }
}
