import Frames
import Testing

@testable import Logger

@Suite struct `Notice of encrypted frames` {
  @Test func `a stream without a key is told of once`() throws {
    var notice = SecurityNotice()
    var decryptor = APDUDecryptor()
    var told: [String] = []
    for _ in 0..<100 {
      do { _ = try decryptor.decrypt([0xDB].span, in: 0..<1) } catch {}
      if let sentence = notice.news(decryptor.counts) { told.append(sentence) }
    }
    #expect(
      told == [
        "frames are encrypted; a key is needed: ask the grid company for it, and name its file with --key-file"
      ])
    #expect(decryptor.counts.keyNeeded == 100)
  }

  @Test func `a key that does not fit is told of once; one bad frame among good ones is not`() {
    var notice = SecurityNotice()
    var counts = APDUDecryptor.Counts()
    #expect(notice.news(counts) == nil)
    counts.accepted = 1
    counts.wrong = 1
    counts.repeated = 1
    counts.malformed = 1
    #expect(notice.news(counts) == nil)
    counts.accepted = 0
    #expect(notice.news(counts)?.contains("the key does not fit") == true)
    #expect(notice.news(counts) == nil)
  }
}
