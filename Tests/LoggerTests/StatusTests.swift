import Foundation
import Metering
import Store
import TestSupport
import Testing

@testable import Logger

@Suite struct `Status` {
  private func screen(_ now: String = "2026-01-15T13:00:12.250Z") throws -> StatusScreen {
    StatusScreen(zone: try #require(Zone(named: "Europe/Oslo")), now: try utc(now))
  }

  @Test func `it comes back from its JSON as it was, with and without what may be absent`() throws {
    var status = try someStatus()
    #expect(LoggerStatus(json: status.json) == status)
    #expect(!status.json.contains("\n"))
    status.alarms = [LoggerStatus.Alarm(name: "disk", since: try utc("2026-01-15T12:00:00Z"), text: "a \"b\"\nc")]
    status.database.lastBackup = try utc("2026-01-15T02:10:00Z")
    status.database.writtenPerDay = 24_100_000
    status.inputs = [LoggerStatus.Input(name: "a", source: "b", state: "closed", advice: "c")]
    #expect(LoggerStatus(json: status.json) == status)
  }

  @Test func `its JSON has the names that docs-feed tells`() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(try someStatus().json.utf8)) as? [String: Any])
    #expect(object["type"] as? String == "status")
    #expect(object["time"] as? String == "2026-01-15T13:00:12.000Z")
    let input = try #require((object["inputs"] as? [[String: Any]])?.first)
    #expect(input["last_message"] as? String == "2026-01-15T13:00:11.250Z")
    #expect(input["clock_offset"] as? Int == -2)
    #expect((input["counts"] as? [String: Any])?["rejects"] as? [String: Int] == ["framing": 2, "list": 1])
  }

  @Test func `while a step of the host's clock is bridged, nothing stands still`() throws {
    var status = try someStatus()
    status.uptime = 36_000_000
    // Ten seconds later, whatever the host's clock says by now.
    let now = status.now(at: .hours(10) + .seconds(10))
    #expect(now == status.time + .seconds(10))
    let oslo = try #require(Zone(named: "Europe/Oslo"))
    #expect(StatusScreen(zone: oslo, now: now).troubles(status, damaged: []).isEmpty)
    let stale = status.now(at: .hours(10) + .minutes(5))
    #expect(
      StatusScreen(zone: oslo, now: stale).troubles(status, damaged: []) == [
        "the logger has stood still for 5 min: restart it, and look into its log"
      ])
  }

  @Test(arguments: ["", "{}", #"{"type":"sample"}"#, #"{"type":"status"}"#, "[1]", "\u{0}"])
  func `what is no status is none`(line: String) {
    #expect(LoggerStatus(json: line) == nil)
  }

  @Test func `another type with the same keys is no status`() throws {
    let line = try someStatus().json
    #expect(LoggerStatus(json: line.replacing(#""type":"status""#, with: #""type":"other""#)) == nil)
  }

  @Test func `the screen says all of it, in local time`() throws {
    #expect(
      try screen().lines(try someStatus(), damaged: []) == [
        "ams-logger 0.1.0, running since 2026-01-12 08:00:03 (3 days); times of Europe/Oslo (+01:00)",
        "",
        "database          ams.sqlite, 278.5 MB; 11.2 GB left on its disk",
        "written a day     not known yet",
        "last backup       never",
        "waiting           4 records; 0 samples dropped since the start",
        "",
        "main              /dev/ttyUSB0, 2400 8N1: good",
        "  meter           aidon 6534, 6970631400000001",
        "  last message    2026-01-15 14:00:11, 1 s ago",
        "  last register   2026-01-15 14:00:10, 2 s ago",
        "  messages        123456, 3 rejected (framing 2, list 1), 44 octets of noise",
        "  meter clock     2 s behind the host's",
        "",
        "all is well",
      ])
  }

  @Test func `alarms, silent inputs, a standstill and damaged logs are what is wrong`() throws {
    var status = try someStatus()
    #expect(try screen().troubles(status, damaged: []) == [])
    status.alarms = [LoggerStatus.Alarm(name: "disk", since: try utc("2026-01-15T12:00:00Z"), text: "no space")]
    for state in ["opening", "good", "silent", "noise", "unreadable", "closed"] {
      status.inputs.append(LoggerStatus.Input(name: state, source: "port", state: state, advice: "help"))
    }
    #expect(
      try screen("2026-01-15T13:05:12Z").troubles(status, damaged: ["ams.sqlite.damaged-1"]) == [
        "disk, since 2026-01-15 13:00:00: no space", "silent: silent: help", "noise: noise: help",
        "unreadable: unreadable: help", "closed: closed: help",
        "the logger has stood still for 5 min: restart it, and look into its log",
        "ams.sqlite.damaged-1: a damaged log was set aside; see docs/operations.md, then move it away",
      ])
    status = try someStatus()
    status.inputs = []
    #expect(try screen().troubles(status, damaged: []) == ["the logger has no input"])
  }

  @Test func `without a logger the log tells what it can`() throws {
    try withScratchFolder { folder in
      let files = LogFiles(database: folder + "/ams.sqlite")
      let none = StoredStatus(of: files, now: try utc("2026-01-15T16:00:00Z"))
      #expect(none.octets == nil)
      #expect(try #require(none.fault).contains("does not exist"))

      let writer = try LogWriter(path: files.database, zone: try #require(Zone(named: "Europe/Oslo")))
      let recorder = Recorder(writer: writer, input: "main")
      var pipeline = try Pipeline.norwegian()
      for read in try simulatedReads("aidon-tn", from: "2026-01-15T12:50:00Z", to: "2026-01-15T14:10:00Z") {
        pipeline.take(read.octets.span, arrival: read.arrival) { recorder.take($0) }
      }
      for time in ["2026-01-14T10:00:00Z", "2026-01-15T13:30:00Z", "2026-01-15T13:40:00Z"] {
        recorder.take(
          .reject(Reject(arrival: try utc(time), stage: .framing, reason: "r", streamOffset: 0, octets: [0x7E])))
      }
      for minute in 0..<7 {
        recorder.note(.linkLost, "gone \(minute)", at: try utc("2026-01-15T14:0\(minute):00Z"))
      }
      try recorder.commit()
      #expect(LogWriterProcess.holder(of: files) == getpid())
      try writer.close()
      for name in ["damaged-20260114T100000Z", "damaged-20260114T100000Z-wal", "other"] {
        #expect(FileManager.default.createFile(atPath: "\(files.database).\(name)", contents: nil))
      }

      let stored = StoredStatus(of: files, now: try utc("2026-01-15T16:00:00Z"))
      #expect(stored.fault == nil)
      #expect(stored.damaged.map { $0.split(separator: "/").last } == ["ams.sqlite.damaged-20260114T100000Z"])
      #expect(stored.rejects == ["framing": 2])
      #expect(stored.events.map(\.text) == (2..<7).map { "gone \($0)" })
      #expect(stored.meters.count == 1)
      #expect(try #require(stored.meters.first).lastRegister == (try utc("2026-01-15T14:00:00Z")))
      let lines = try screen("2026-01-15T16:00:00Z").lines(stored)
      #expect(lines.first == "no logger runs on \(files.database)")
      #expect(lines.contains("  last register   2026-01-15 15:00:00, 2 h ago"), "\(lines)")
      #expect(lines.contains("last 24 hours     2 rejected (framing 2)"), "\(lines)")
      #expect(lines.last?.contains("a damaged log was set aside") == true)
    }
  }

  @Test func `a logger that answers nothing, or in other words, is told from none`() throws {
    try withScratchFolder { folder in
      let patience = TimeSpan(milliseconds: 50)
      let stop = try Stop()
      func kind() -> FeedError.Kind? {
        do throws(FeedError) {
          _ = try StatusSource.ask(folder + "/s", unless: stop, patience: patience)
          return nil
        } catch {
          return error.kind
        }
      }
      #expect(kind() == .nobody)
      let socket = try UnixSocket.make()
      try UnixSocket(folder + "/s").bind(socket)
      listen(socket.number, 8)
      #expect(kind() == .noAnswer)
      let number = socket.number
      try inBackground {
        let caller = soon { accept(number, nil, nil) >= 0 }
        _ = caller
      } while: {
        #expect(kind() == .noAnswer)
      }
    }
  }

  @Test func `a running logger is asked over its feed`() throws {
    try withScratchFolder { folder in
      let feed = try FeedServer(path: folder + "/s", status: try someStatus())
      #expect(try StatusSource.ask(folder + "/s", unless: try Stop()) == (try someStatus()))
      feed.close()
    }
  }

  @Test func `octets a day are told only of a time that tells`() {
    #expect(HostFigures.perDay(1_000_000, in: .minutes(9)) == nil)
    #expect(HostFigures.perDay(1_000_000, in: .hours(12)) == 2_000_000)
    #expect(HostFigures.perDay(.max, in: .hours(12)) == nil)
  }

  @Test(
    arguments: [
      (999, "999 B"), (1000, "1.0 kB"), (278_549_999, "278.5 MB"), (11_200_000_000, "11.2 GB"),
      (9_223_372_036_854_775_807, "9223372.0 TB"),
    ] as [(Int64, String)])
  func `octets are written for people`(octets: Int64, text: String) {
    #expect(StatusText.octets(octets) == text)
  }
}
