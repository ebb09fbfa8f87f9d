import Metering
import Testing

@testable import Logger

@Suite struct `Watch over a line` {
  private func opened(at seconds: Int64 = 0) -> LinkWatch {
    var watch = LinkWatch()
    watch.opened(at: .seconds(seconds))
    return watch
  }

  private func expectStuck(_ watch: inout LinkWatch, at time: TimeSpan, _ expected: Bool) {
    let isStuck = watch.isStuck(at: time)
    #expect(isStuck == expected, "at \(time.milliseconds / 1000) s")
  }

  @Test func `a line with messages is good, and never opened anew`() {
    var watch = opened()
    for second in stride(from: Int64(2), to: 600, by: 10) {
      watch.took(octets: 40, whole: 1, read: 1, at: .seconds(second))
      expectStuck(&watch, at: .seconds(second + 9), false)
      #expect(watch.state == .good && watch.state.advice == nil)
    }
  }

  @Test(arguments: [(0, 0, LinkState.silent), (50, 0, .noise), (50, 2, .unreadable)])
  func `after a minute without a message it is opened anew, and says what kind of silence it was`(
    octets: Int, whole: Int, state: LinkState
  ) {
    var watch = opened(at: 100)
    if octets > 0 { watch.took(octets: octets, whole: whole, read: 0, at: .seconds(130)) }
    expectStuck(&watch, at: .seconds(159), false)
    expectStuck(&watch, at: .seconds(160), true)
    #expect(watch.state == state)
    #expect(watch.state.advice?.isEmpty == false)
    // The next minute begins then.
    expectStuck(&watch, at: .seconds(161), false)
    watch.opened(at: .seconds(161))
    expectStuck(&watch, at: .seconds(221), true)
  }

  @Test func `a lost line is not stuck: it is opened again anyway`() {
    var watch = opened()
    watch.lost("unplugged")
    expectStuck(&watch, at: .seconds(1000), false)
    #expect(watch.state == .closed("unplugged"))
  }

  @Test func `a fault is told of the 1st, 10th, 100th time and when it is over`() {
    var counter = FaultCounter()
    let never = counter.recovered()
    let told = (1...1440).compactMap { _ in counter.happened() }
    let (times, again, first) = (counter.recovered(), counter.recovered(), counter.happened())
    #expect(never == nil && told == [1, 10, 100, 1000])
    #expect(times == 1440 && again == nil && first == 1)
  }
}
