import Testing
import TrailRecord

@testable import TrailPattern

/// What matches, case by case (facts §10.2).
@Suite struct MatchingTests {
  /// A pattern, and events that it matches or not.
  struct Case: CustomTestStringConvertible, Sendable {
    let pattern: String
    let matching: [String]
    let others: [String]

    init(_ pattern: String, matches matching: [String] = [], not others: [String] = []) {
      self.pattern = pattern
      self.matching = matching
      self.others = others
    }

    var testDescription: String { pattern }
  }

  static let cases: [Case] = [
    // Fields: all of them; names in their case; what else the event has does not matter.
    Case(
      #"{"a":[1],"b":{"c":["x"]}}"#,
      matches: [#"{"a":1,"b":{"c":"x","d":0},"e":[]}"#],
      not: [#"{"a":1}"#, #"{"A":1,"b":{"c":"x"}}"#, #"{"a":1,"b":{"C":"x"}}"#]),
    // Exact values, without conversion.
    Case(
      #"{"a":["1"]}"#, matches: [#"{"a":"1"}"#, #"{"a":"\u0031"}"#], not: [#"{"a":1}"#]),
    Case(
      #"{"a":[1]}"#, matches: [#"{"a":1}"#, #"{"a":1.0}"#, #"{"a":10e-1}"#, #"{"a":1E0}"#],
      not: [#"{"a":"1"}"#, #"{"a":true}"#, #"{"a":1.5}"#]),
    Case(#"{"a":[true]}"#, matches: [#"{"a":true}"#], not: [#"{"a":"true"}"#, #"{"a":1}"#]),
    Case(
      #"{"a":[null]}"#, matches: [#"{"a":null}"#, #"{"a":[null]}"#],
      not: [#"{}"#, #"{"a":""}"#, #"{"a":"null"}"#, #"{"a":[]}"#]),
    Case(#"{"a":[""]}"#, matches: [#"{"a":""}"#], not: [#"{"a":null}"#, #"{}"#]),
    // Numbers are compared as doubles where doubles hold them.
    Case(
      #"{"a":[9007199254740993]}"#, matches: [#"{"a":9007199254740993}"#],
      not: [#"{"a":9007199254740992}"#, #"{"a":9007199254740993.0}"#]),
    Case(
      #"{"a":[9007199254740992, -0]}"#,
      matches: [#"{"a":9007199254740992.0}"#, #"{"a":0}"#, #"{"a":0.0}"#],
      not: [#"{"a":9007199254740993}"#]),
    Case(
      #"{"a":[2.0e422]}"#, matches: [#"{"a":2.0e422}"#],
      not: [#"{"a":20e421}"#, #"{"a":"2.0e422"}"#]),
    Case(
      #"{"a":[{"numeric":[">=",-1.5,"<",1e300]}]}"#,
      matches: [#"{"a":-1.5}"#, #"{"a":[5e-324]}"#, #"{"a":9.9e299}"#],
      not: [#"{"a":-1.50001}"#, #"{"a":1e300}"#, #"{"a":"0"}"#, #"{"a":1e400}"#, #"{"a":null}"#]),
    Case(#"{"a":[{"numeric":["=",3.018e2]}]}"#, matches: [#"{"a":301.8}"#], not: [#"{"a":301}"#]),
    Case(
      #"{"a":[{"numeric":["<",0.1]}]}"#, matches: [#"{"a":0.09999999999999999}"#],
      not: [#"{"a":0.1}"#, #"{"a":0.10}"#]),
    // Addresses: four numbers or colons, compared as such; other operators see the text.
    Case(
      #"{"a":["10.0.0.1"]}"#,
      matches: [#"{"a":"10.0.0.1"}"#, #"{"a":"010.0.0.1"}"#, #"{"a":"::ffff:a00:1"}"#],
      not: [#"{"a":"10.0.0.10"}"#, #"{"a":"10.0.1"}"#, #"{"a":"::ffff:10.0.0.1"}"#]),
    Case(
      #"{"a":[{"exactly":"10.0.0.1"}]}"#, matches: [#"{"a":"10.0.0.1"}"#],
      not: [#"{"a":"010.0.0.1"}"#]),
    Case(
      #"{"a":[{"anything-but":"10.0.0.1"}]}"#, matches: [#"{"a":"010.0.0.1"}"#],
      not: [#"{"a":"10.0.0.1"}"#]),
    Case(
      #"{"a":["2001:DB8::1"]}"#,
      matches: [#"{"a":"2001:db8::1"}"#, #"{"a":"2001:0db8:0:0:0:0:0:1"}"#],
      not: [#"{"a":"2001:db8::2"}"#]),
    Case(#"{"a":["12:30"]}"#, matches: [#"{"a":"12:30"}"#], not: [#"{"a":"12:030"}"#]),
    Case(
      #"{"a":[{"cidr":"10.0.0.129/25"}]}"#,
      matches: [#"{"a":"10.0.0.128"}"#, #"{"a":["x","10.0.0.255"]}"#],
      not: [#"{"a":"10.0.0.127"}"#, #"{"a":"10.0.0.256"}"#, #"{"a":"::"}"#, #"{"a":10}"#]),
    Case(
      #"{"a":[{"cidr":"::/0"}]}"#, matches: [#"{"a":"::"}"#, #"{"a":"fe80::1"}"#],
      not: [#"{"a":"10.0.0.1"}"#, #"{"a":"::ffff:a00:1"}"#, #"{"a":"fe80::1%eth0"}"#]),
    Case(
      #"{"a":[{"cidr":"0.0.0.0/0"}]}"#, matches: [#"{"a":"255.255.255.255"}"#],
      not: [#"{"a":"::1"}"#]),
    // Beginnings and ends.
    Case(
      #"{"a":[{"prefix":"ab"}]}"#, matches: [#"{"a":"ab"}"#, #"{"a":"abc"}"#],
      not: [#"{"a":"a"}"#, #"{"a":"Abc"}"#, #"{"a":12}"#]),
    Case(
      #"{"a":[{"prefix":""}]}"#, matches: [#"{"a":""}"#, #"{"a":"x"}"#], not: [#"{"a":1}"#, #"{}"#]),
    Case(
      #"{"a":[{"suffix":"bc"}]}"#, matches: [#"{"a":"abc"}"#],
      not: [#"{"a":"c"}"#, #"{"a":"abC"}"#]),
    Case(
      #"{"a":[{"prefix":{"equals-ignore-case":"äb"}}]}"#,
      matches: [#"{"a":"ÄBC"}"#, #"{"a":"äB"}"#],
      not: [#"{"a":"ab"}"#]),
    Case(
      #"{"a":[{"suffix":{"equals-ignore-case":".PNG"}}]}"#, matches: [#"{"a":"a.png"}"#],
      not: [#"{"a":"png"}"#]),
    // Letter case by Unicode's full mappings, character by character.
    Case(
      #"{"a":[{"equals-ignore-case":"straße"}]}"#,
      matches: [#"{"a":"STRASSE"}"#, #"{"a":"Straße"}"#, #"{"a":"straSSe"}"#],
      not: [#"{"a":"strasse"}"#, #"{"a":"straße "}"#]),
    Case(
      #"{"a":[{"equals-ignore-case":"k"}]}"#, matches: [#"{"a":"K"}"#], not: [#"{"a":"\u212a"}"#]),
    Case(
      #"{"a":[{"equals-ignore-case":"\u212a"}]}"#, matches: [#"{"a":"k"}"#, #"{"a":"\u212a"}"#],
      not: [#"{"a":"K"}"#]),
    Case(
      #"{"a":[{"equals-ignore-case":""}]}"#, matches: [#"{"a":""}"#],
      not: [#"{"a":"x"}"#, #"{"a":null}"#]),
    // Wildcards.
    Case(
      #"{"a":[{"wildcard":"a*b*c"}]}"#,
      matches: [#"{"a":"abc"}"#, #"{"a":"a*b*c"}"#, #"{"a":"axxbxxbc"}"#],
      not: [#"{"a":"ab"}"#, #"{"a":"abcd"}"#, #"{"a":"acb"}"#]),
    Case(
      #"{"a":[{"wildcard":"*"}]}"#, matches: [#"{"a":""}"#, #"{"a":"x\ny"}"#],
      not: [#"{"a":1}"#, #"{"a":[]}"#]),
    Case(#"{"a":[{"wildcard":"ab*ba"}]}"#, matches: [#"{"a":"abba"}"#], not: [#"{"a":"aba"}"#]),
    Case(
      #"{"a":[{"wildcard":"\\*\\\\*x"}]}"#, matches: [#"{"a":"*\\x"}"#, #"{"a":"*\\yx"}"#],
      not: [#"{"a":"a\\x"}"#]),
    Case(#"{"a":[{"wildcard":""}]}"#, matches: [#"{"a":""}"#], not: [#"{"a":"x"}"#]),
    // anything-but: something must be there, of any type.
    Case(
      #"{"a":[{"anything-but":"x"}]}"#,
      matches: [#"{"a":"y"}"#, #"{"a":5}"#, #"{"a":null}"#, #"{"a":false}"#, #"{"a":["x","y"]}"#],
      not: [#"{"a":"x"}"#, #"{}"#, #"{"a":[]}"#, #"{"a":["x"]}"#, #"{"a":{"b":1}}"#]),
    Case(
      #"{"a":[{"anything-but":[1,2]}]}"#, matches: [#"{"a":3}"#, #"{"a":"1"}"#, #"{"a":1e400}"#],
      not: [#"{"a":1.0}"#, #"{"a":20e-1}"#]),
    Case(
      #"{"a":[{"anything-but":{"prefix":["x","y"]}}]}"#, matches: [#"{"a":"z"}"#, #"{"a":1}"#],
      not: [#"{"a":"xz"}"#, #"{"a":"y"}"#]),
    Case(
      #"{"a":[{"anything-but":{"suffix":".txt"}}]}"#, matches: [#"{"a":".TXT"}"#],
      not: [#"{"a":"a.txt"}"#]),
    Case(
      #"{"a":[{"anything-but":{"equals-ignore-case":["Ä","b"]}}]}"#, matches: [#"{"a":"a"}"#],
      not: [#"{"a":"ä"}"#, #"{"a":"B"}"#]),
    Case(
      #"{"a":[{"anything-but":{"wildcard":["*/lib/*","x"]}}]}"#, matches: [#"{"a":"/lib"}"#],
      not: [#"{"a":"/usr/lib/a"}"#, #"{"a":"x"}"#]),
    Case(
      #"{"a":[{"anything-but":"x"},{"anything-but":"y"}]}"#,
      matches: [#"{"a":"x"}"#, #"{"a":"y"}"#]),
    // exists is about leaves.
    Case(
      #"{"a":[{"exists":true}]}"#,
      matches: [#"{"a":null}"#, #"{"a":[[1]]}"#, #"{"a":[{"b":1},2]}"#],
      not: [#"{}"#, #"{"a":[]}"#, #"{"a":{"b":1}}"#, #"{"a":[[],{}]}"#]),
    Case(
      #"{"a":[{"exists":false}]}"#,
      matches: [#"{}"#, #"{"a":[]}"#, #"{"a":{"b":1}}"#, #"{"b":1}"#],
      not: [#"{"a":null}"#, #"{"a":""}"#]),
    Case(
      #"{"a":[{"exists":false},"x"],"b":[1]}"#, matches: [#"{"b":1}"#, #"{"a":"x","b":1}"#],
      not: [#"{"a":"y","b":1}"#, #"{}"#]),
    // $or, at any level, with what stands beside it.
    Case(
      #"{"s":["x"],"$or":[{"a":[1]},{"b":[2],"$or":[{"c":[3]},{"d":{"$or":[{"e":[4]},{"f":[5]}]}}]}]}"#,
      matches: [
        #"{"s":"x","a":1}"#, #"{"s":"x","b":2,"c":3}"#, #"{"s":"x","b":2,"d":{"f":5}}"#,
      ],
      not: [#"{"a":1}"#, #"{"s":"x","b":2}"#, #"{"s":"x","b":2,"d":{"c":3}}"#]),
    Case(
      #"{"a":["x","y"],"$or":[{"a":[{"anything-but":"x"}]},{"b":[1]}]}"#,
      matches: [#"{"a":"z"}"#, #"{"a":"x","b":1}"#], not: [#"{"a":"x"}"#]),
    // Points in names are nesting, both ways; the last pattern for a field wins.
    Case(
      #"{"a.b":[1]}"#, matches: [#"{"a":{"b":1}}"#, #"{"a.b":1}"#, #"{"a":[{"b":[1]}]}"#],
      not: [#"{"a":1,"b":1}"#]),
    Case(#"{"a":{"b":{"c":[1]}}}"#, matches: [#"{"a.b":{"c":1}}"#, #"{"a":{"b.c":1}}"#]),
    Case(#"{"a":{"b":[1]},"a.b":[2]}"#, matches: [#"{"a":{"b":2}}"#], not: [#"{"a":{"b":1}}"#]),
    Case(#"{"a":[1],"a":[2]}"#, matches: [#"{"a":2}"#], not: [#"{"a":1}"#]),
    Case(
      #"{"a":{"b":[1]},"a":{"c":[2]}}"#, matches: [#"{"a":{"b":1,"c":2}}"#],
      not: [#"{"a":{"c":2}}"#]),
    Case(#"{"":{"":[1]}}"#, matches: [#"{"":{"":1}}"#, #"{".":1}"#], not: [#"{"":1}"#]),
    // Names with escapes, on both sides.
    Case(#"{"\u0061\n":["x"]}"#, matches: [#"{"a\u000a":"x"}"#, #"{"\u0061\n":"\u0078"}"#]),
    Case(
      #"{"a":["\ud83d\ude00","\ud800"]}"#,
      matches: [#"{"a":"😀"}"#, #"{"a":"\uD83D\uDE00"}"#, #"{"a":"\ud800"}"#],
      not: [#"{"a":"\udc00"}"#]),
  ]

  @Test(arguments: cases) func decides(_ one: Case) throws {
    let pattern = try EventPattern(one.pattern)
    var index = EventPatternIndex()
    index.add(pattern, id: 1)
    for (event, isMatch) in one.matching.map({ ($0, true) }) + one.others.map({ ($0, false) }) {
      let value = try JSONParser.parse(event)
      #expect(pattern.matches(value) == isMatch, "\(event)")
      #expect(index.matches(Array(event.utf8)) == (isMatch ? [1] : []), "\(event)")
      #expect(index.matches(value) == (isMatch ? [1] : []), "\(event)")
    }
  }

  /// Arrays of objects: fields must come from the same element of each array (facts §10.2).
  static let arrays: [Case] = [
    Case(
      #"{"a":{"b":[1],"c":[2]}}"#,
      matches: [#"{"a":[{"b":1,"c":2},{"b":3,"c":4}]}"#, #"{"a":[[{"b":0}],[{"b":1,"c":2}]]}"#],
      not: [
        #"{"a":[{"b":1,"c":3},{"b":3,"c":2}]}"#, #"{"a":[[{"b":1},{"c":2}]]}"#,
        #"{"a":[[{"b":1}],[{"c":2}]]}"#,
      ]),
    Case(
      #"{"a":{"b":{"x":[1]},"c":{"y":[2]}}}"#,
      matches: [#"{"a":[{"b":[{"x":0},{"x":1}],"c":[{"y":2}]}]}"#],
      not: [#"{"a":[{"b":[{"x":1}]},{"c":[{"y":2}]}]}"#]),
    // Different arrays do not bind each other.
    Case(
      #"{"a":{"x":[1]},"b":{"x":[2]}}"#,
      matches: [#"{"a":[{"x":0},{"x":1}],"b":[{"x":2},{"x":3}]}"#]),
    // A value in an array of values belongs to what is around the array.
    Case(
      #"{"a":{"b":[1],"c":[2]}}"#, matches: [#"{"a":[{"b":[1,5],"c":[7,2]}]}"#],
      not: [#"{"a":[{"b":[1]},{"c":[2]}]}"#]),
    Case(#"{"a":["x"],"a.b":[1]}"#, matches: [#"{"a":["x",{"b":1}]}"#]),
    // Absence is about the element that was chosen, by fields that come before in the order of paths.
    Case(
      #"{"a":{"b":[1],"c":[{"exists":false}]}}"#, matches: [#"{"a":[{"b":1},{"b":2,"c":3}]}"#],
      not: [#"{"a":[{"b":1,"c":3},{"b":2}]}"#, #"{"a":{"b":1,"c":null}}"#]),
    Case(
      #"{"a":{"b":[{"exists":false}],"c":[1]}}"#, matches: [#"{"a":[{"c":1}]}"#],
      not: [#"{"a":[{"b":1},{"c":1}]}"#]),
    // anything-but, too.
    Case(
      #"{"u":{"n":["bob"],"s":[{"anything-but":"banned"}]}}"#,
      matches: [#"{"u":[{"n":"bob","s":"active"},{"n":"eve","s":"banned"}]}"#],
      not: [#"{"u":[{"n":"bob","s":"banned"},{"n":"eve","s":"active"}]}"#]),
  ]

  @Test(arguments: arrays) func agreesAboutArrays(_ one: Case) throws { try decides(one) }

  @Test func anEventMustBeAnObject() throws {
    let pattern = try EventPattern(#"{"a":[{"exists":false}]}"#)
    var index = EventPatternIndex()
    index.add(pattern, id: 1)
    for text in ["[]", "null", "1", #""x""#] {
      #expect(!pattern.matches(try JSONParser.parse(text)))
      #expect(index.matches(Array(text.utf8)) == [])
    }
    #expect(index.matches([]) == [])
    #expect(index.matches(Array(" \n{ } ".utf8)) == [1])
  }

  /// Duplicate members of an event are all seen, as the matcher's reader of texts does.
  @Test func membersMayRepeatInAnEvent() throws {
    try decides(
      Case(#"{"a":[1],"b":[2]}"#, matches: [#"{"a":0,"b":2,"a":1}"#, #"{"b":2,"a":1,"a":0}"#]))
  }
}
