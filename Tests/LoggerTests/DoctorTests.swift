import Foundation
import GRDB
import Metering
import Store
import TestSupport
import Testing

@testable import Logger

@Suite struct `What the doctor finds` {
  private func make(_ root: String, _ path: String, _ text: String = "") throws {
    let url = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: false, encoding: .utf8)
  }

  private func log(_ folder: String) throws -> LogFiles {
    let files = LogFiles(database: folder + "/ams.sqlite")
    try LogWriter(path: files.database, zone: try #require(Zone(named: "Europe/Oslo"))).close()
    return files
  }

  private func text(_ now: String = "2026-01-15T13:00:00Z") throws -> StatusText {
    StatusText(zone: try #require(Zone(named: "Europe/Oslo")), now: try utc(now))
  }

  @Test(arguments: [
    ("meter 7359992000000033, 12 W", "meter 7359xxxxxxxxxxxx, 12 W"), ("12345", "12345"), ("123456", "1234xx"),
    ("2026-01-15 14:00:11", "2026-01-15 14:00:11"), ("x20260115T13.9999999", "x2026xxxxT13.9999xxx"),
  ])
  func `of long numbers four digits are left`(text: String, masked: String) {
    #expect(Masking.numbers(text) == masked)
  }

  @Test(arguments: [
    (
      "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0", "usb-FTDI_FT232R_USB_UART_A5xxxxxx-if00-port0"
    ),
    ("usb-FTDI_FT232R_USB_UART_ABCDEFGH-if00-port0", "usb-FTDI_FT232R_USB_UART_ABxxxxxx-if00-port0"),
    ("usb-1a86_USB_Serial-if00-port0", "usb-1a86_USB_Serial-if00-port0"), ("ttyUSB0", "ttyUSB0"),
    ("usb-12345678-if00", "usb-1234xxxx-if00"),
  ])
  func `serial numbers of adapters are masked, models are not`(name: String, masked: String) {
    #expect(Masking.portName(name) == masked)
  }

  @Test func `a port that is missing, no port, or open twice is a fault`() throws {
    #expect(PortCheck.findings("/dev/ttyNONE").map(\.grade) == [.fault])
    #expect(PortCheck.findings("/etc/hosts").map(\.grade) == [.fault])
    #expect(PortCheck.findings("/dev/null").first?.grade == .ok)
    #expect(PortCheck.connected([]).grade == .warning)
    #expect(
      PortCheck.connected(["/dev/serial/by-id/usb-FTDI_X_A50285BI-if00"])
        == .ok("ports", "/dev/serial/by-id/usb-FTDI_X_A5xxxxxx-if00"))
  }

  @Test(.enabled(if: Machine.hasPseudoTerminals, "\(Machine.noPseudoTerminals)"))
  func `who has a port open is named`() throws {
    let terminal = try PseudoTerminal()
    #expect(PortCheck.findings(terminal.path).last?.text.contains("nobody is seen to have it open") == true)
    let port = Descriptor(owning: open(terminal.path, O_RDWR | O_NOCTTY))
    let finding = try #require(PortCheck.findings(terminal.path).last)
    #expect(finding.text.contains("(process \(getpid()))"), "\(finding.text)")
    _ = port.number
  }

  @Test func `a sound log is found sound, a damaged one and one set aside are not`() throws {
    try withScratchFolder { folder in
      let files = try log(folder)
      func grades() throws -> [Finding] { LogCheck(files: files, isLogged: false, text: try text()).findings }
      #expect(try grades().filter { $0.subject == "log" }.map(\.grade) == [.ok])
      try make(files.database, ".damaged-1")
      #expect(try grades().filter { $0.subject == "log" }.map(\.grade) == [.ok, .warning])
      // A page in the middle, of a table or an index.
      let handle = try #require(FileHandle(forUpdatingAtPath: files.database))
      let size = try handle.seekToEnd()
      for place in stride(from: UInt64(8192), to: size, by: 4096) {
        try handle.seek(toOffset: place)
        try handle.write(contentsOf: Data(repeating: 0xAA, count: 100))
      }
      try handle.close()
      #expect(try grades().filter { $0.subject == "log" }.map(\.grade).first == .fault)
    }
  }

  @Test func `a log that is not there, and a folder that is not, are told`() throws {
    try withScratchFolder { folder in
      let none = LogCheck(files: LogFiles(database: folder + "/ams.sqlite"), isLogged: false, text: try text()).findings
      #expect(none.first { $0.subject == "log" }?.grade == .warning)
      let nowhere = LogCheck(files: LogFiles(database: folder + "/x/ams.sqlite"), isLogged: false, text: try text())
      #expect(nowhere.findings.first { $0.subject == "folder" }?.grade == .fault)
    }
  }

  @Test func `a check of the file ends when its time is over`() throws {
    try withScratchFolder { folder in
      let files = try log(folder)
      let queue = try DatabaseQueue(path: files.database)
      try queue.write { db in
        try db.execute(
          sql: """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
            INSERT INTO event (time, kind, text) SELECT i, 'started', 'x' || i FROM n
            """)
      }
      try queue.close()
      let log = try LogReader(path: files.database)
      #expect(try log.quickCheck(within: .seconds(60)) == .sound)
      #expect(try log.quickCheck(within: TimeSpan(milliseconds: 1)) == .unfinished)
      #expect(try log.meters().isEmpty)
    }
  }

  @Test func `the service is told by what systemd leaves`() throws {
    try withScratchFolder { root in
      #expect(HostCheck.service(root: root).grade == .ok)
      try make(root, "/run/systemd/system/x")
      #expect(HostCheck.service(root: root).text.hasSuffix("is not installed"))
      try make(root, "/lib/systemd/system/ams-logger.service")
      #expect(HostCheck.service(root: root).grade == .warning)
      try make(root, "/sys/fs/cgroup/system.slice/ams-logger.service/cgroup.procs", "1234\n")
      #expect(HostCheck.service(root: root).text.hasSuffix("will not start with the computer"))
      try make(root, "/etc/systemd/system/multi-user.target.wants/ams-logger.service")
      #expect(HostCheck.service(root: root).grade == .ok)
    }
  }

  @Test func `clock and zone are judged`() throws {
    let now = try utc("2026-02-15T13:00:00Z")
    #expect(HostCheck.clock(.synchronised, now: now).grade == .ok)
    #expect(HostCheck.clock(.free, now: now).grade == .warning)
    #expect(HostCheck.clock(.unknown, now: now).grade == .ok)
    #expect(HostCheck.clock(.synchronised, now: UTCTime(milliseconds: 0)).grade == .fault)
    #expect(HostCheck.zone("Europe/Oslo").grade == .ok)
    #expect(HostCheck.zone("Mars/Olympus").grade == .fault)
    #expect(HostCheck.distribution("ID=x\nPRETTY_NAME=\"Debian 12\"\n") == "Debian 12")
    #expect(HostCheck.distribution(nil) == "distribution not known")
  }

  @Test func `the report has the screen and the findings, and no number in it`() throws {
    try withScratchFolder { folder in
      let files = try log(folder)
      var status = try someStatus()
      let feed = try FeedServer(path: files.socket, status: status)
      defer { feed.close() }
      let doctor = Doctor(
        files: files, socket: files.socket, ports: [], version: "0.1.0", zone: "Europe/Oslo",
        connected: ["/dev/null"])
      let report = doctor.report(now: try utc("2026-01-15T13:00:13Z"), unless: try Stop())
      #expect(report.text.contains("  meter           aidon 6534, 6970xxxxxxxxxxxx"), "\(report.text)")
      #expect(!report.text.contains("6970631400000001"))
      #expect(report.text.contains("ok       logger      it answers, and all is well"), "\(report.text)")
      // The port of the status is not there.
      #expect(report.worst == .fault)
      // Of an input that has found its port, that one; of one that looks for it, all.
      status.inputs[0].source = "serial port auto"
      status.inputs[0].line = "/dev/ttyNONE at 2400 8N1"
      feed.setStatus(status)
      let found = doctor.report(now: try utc("2026-01-15T13:00:13Z"), unless: try Stop())
      #expect(found.text.contains("/dev/ttyNONE is not there"), "\(found.text)")
      status.inputs[0].line = nil
      feed.setStatus(status)
      let all = doctor.report(now: try utc("2026-01-15T13:00:13Z"), unless: try Stop())
      #expect(all.text.contains("/dev/null is there"), "\(all.text)")
      status.inputs[0].source = "192.0.2.7:2001"
      feed.setStatus(status)
      #expect(doctor.report(now: try utc("2026-01-15T13:00:13Z"), unless: try Stop()).worst == .warning)
    }
  }
}
