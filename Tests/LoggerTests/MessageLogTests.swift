import Glibc
import Logging
import Metering
import Testing

@testable import Logger

@Suite struct `Messages` {
  private let noon = UTCTime(seconds: 1_768_478_400)

  @Test func `a line has its time and its level`() {
    #expect(
      MessageLog(isJournal: false).line("no octets", .warning, at: noon) == "2026-01-15T12:00:00Z warning: no octets\n")
  }

  @Test(arguments: [
    (Logging.Logger.Level.info, 6), (.notice, 5), (.warning, 4), (.error, 3),
  ])
  func `in the journal it has a priority instead`(level: Logging.Logger.Level, priority: Int) {
    #expect(MessageLog(isJournal: true).line("no octets", level, at: noon) == "<\(priority)>no octets\n")
  }

  @Test func `a message is one line, whatever is in it`() {
    #expect(MessageLog(isJournal: true).line("a\n<0>b\r\nc", .info, at: noon) == "<6>a <0>b c\n")
  }

  @Test func `the journal is where JOURNAL_STREAM says, and not a file that a user has put in its place`() {
    let number = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(number) }
    var info = stat()
    #expect(fstat(number, &info) == 0)
    func hasJournal(_ value: String?) -> Bool {
      MessageLog.hasJournal({ name in name == "JOURNAL_STREAM" ? value : nil }, descriptor: number)
    }
    #expect(hasJournal("\(info.st_dev):\(info.st_ino)"))
    #expect(!hasJournal("\(info.st_dev):\(info.st_ino + 1)"))
    #expect(!hasJournal(nil))
  }
}
