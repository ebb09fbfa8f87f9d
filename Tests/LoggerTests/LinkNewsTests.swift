import Metering
import Testing

@testable import Logger

@Suite struct `News of a link` {
  private let closed = InputError(.closed, "bridge:2001", "the other side has closed the connection")
  private var link = LinkNews(at: .zero)

  @Test mutating func `a server that takes each connection and closes it is a handful of lines in a day`() {
    var lines = 0
    // Each minute, which is the longest pause.
    for _ in 0..<1440 {
      if link.opened() { lines += 1 }
      if link.lost(closed) != nil { lines += 1 }
    }
    #expect(lines == 8)
  }

  @Test mutating func `a link that is read, lost and found again tells each loss and each return`() {
    let missing = InputError(.missing, "bridge:2001", "is not there")
    for minute in 1...20 {
      let told = (
        link.opened(), link.heard(at: .minutes(Int64(minute))), link.lost(closed), link.lost(missing)
      )
      #expect(told == (true, nil, "\(closed)", "\(missing)"))
    }
  }

  @Test mutating func `losses are told with their number, and the end of them with how long they took`() {
    var opened = [link.opened()]
    var losses = (1...10).map { _ in link.lost(closed) }
    #expect(losses.compactMap(\.self) == ["\(closed)", "\(closed); 10 times since the last message"])
    opened.append(link.opened())
    #expect(opened == [true, false])
    let heard = [90, 92].map { link.heard(at: .seconds($0)) }
    #expect(heard == ["90 s", nil])
    losses = [link.lost(closed)]
    #expect(losses == ["\(closed)"], "the count begins again")
  }

  @Test mutating func `advice that changes is no other loss`() {
    let told = ["A", "B"].map { port in
      link.lost(InputError(.missing, "/dev/ttyUSB0", "there is no such port", advice: "connected is \(port)"))
    }
    #expect(told == ["/dev/ttyUSB0: there is no such port; connected is A", nil])
  }

  @Test mutating func `losses without number are told as one`() {
    let told = (0..<10_000).compactMap { link.lost(InputError(.system, "a", "reason \($0)")) }
    #expect(told.count < 40)
  }

  @Test mutating func `a standstill is told with its true length`() {
    _ = link.opened()
    // A line that is searched for is opened anew every 25 s.
    let told = (1...100).compactMap { link.stoodStill(at: .seconds($0 * 25)) }
    #expect(told == ["25 s", "4 minutes", "41 minutes"])
    let heard = link.heard(at: .hours(24))
    #expect(heard == "1440 minutes")
  }
}
