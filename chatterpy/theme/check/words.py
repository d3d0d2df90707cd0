"""Words: the elements, attributes and values that HTML and CSS know, to see misspelt ones by."""

from __future__ import annotations


def listed(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


ELEMENTS = listed(
    "a abbr address area article aside audio b base bdi bdo blockquote body br button canvas "
    "caption cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe "
    "img input ins kbd label legend li link main map mark math menu meta meter nav noscript object "
    "ol optgroup option output p picture pre progress q rp rt ruby s samp script search section "
    "select selectedcontent slot small source span strong style sub summary sup svg table tbody td "
    "template textarea tfoot th thead time title tr track u ul var video wbr"
)
#: Elements that are gone, with what stands for them.
OBSOLETE = {
    "applet": "object",
    "big": "CSS",
    "center": "CSS",
    "font": "CSS",
    "frame": "iframe",
    "frameset": "iframe",
    "marquee": "CSS",
    "blink": "CSS",
    "strike": "s",
    "tt": "code",
}
VOID = listed("area base br col embed hr img input link meta source track wbr")
#: Elements that end a paragraph, so that none can be in one.
BLOCKS = listed(
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul"
)
#: What may only stand in certain elements.
PARENTS = {
    "li": {"ol", "ul", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "option": {"select", "datalist", "optgroup", "selectedcontent"},
    "tr": {"table", "tbody", "thead", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
}
#: Elements that hold nothing but certain others.
CHILDREN = {
    "ol": {"li", "script", "template"},
    "ul": {"li", "script", "template"},
    "tr": {"td", "th", "script", "template"},
}
ATTRIBUTES = listed(
    "abbr accept accept-charset accesskey action allow allowfullscreen alt async autocapitalize "
    "autocomplete autocorrect autofocus autoplay charset checked cite class color cols colspan "
    "command commandfor content contenteditable controls coords crossorigin data datetime decoding "
    "default defer dir dirname disabled download draggable enctype enterkeyhint exportparts "
    "fetchpriority for form formaction formenctype formmethod formnovalidate formtarget headers "
    "height hidden high href hreflang http-equiv id inert inputmode integrity is ismap itemid "
    "itemprop itemref itemscope itemtype kind label lang list loading loop low max maxlength media "
    "method min minlength multiple muted name nomodule nonce novalidate open optimum part pattern "
    "ping placeholder playsinline popover popovertarget popovertargetaction poster "
    "preload property "
    "readonly referrerpolicy rel required reversed role rows rowspan sandbox scope selected shape "
    "size sizes slot span spellcheck src srcdoc srclang srcset start step style tabindex target "
    "title translate type usemap value width wrap writingsuggestions xmlns"
)
ARIA = frozenset(
    f"aria-{name}"
    for name in listed(
        "activedescendant atomic autocomplete braillelabel brailleroledescription busy checked "
        "colcount colindex colindextext colspan controls current describedby description details "
        "disabled errormessage expanded flowto haspopup hidden invalid keyshortcuts label "
        ""
        "labelledby level live modal multiline multiselectable orientation owns placeholder "
        "posinset "
        "pressed readonly relevant required roledescription rowcount rowindex rowindextext rowspan "
        "selected setsize sort valuemax valuemin valuenow valuetext"
    )
)
ROLES = listed(
    "alert alertdialog application article banner blockquote button caption cell checkbox code "
    "columnheader combobox complementary contentinfo definition deletion dialog document "
    "emphasis "
    "feed figure form generic grid gridcell group heading img image insertion link list listbox "
    "listitem log main mark marquee math menu menubar menuitem menuitemcheckbox menuitemradio "
    "meter "
    "navigation none note option paragraph presentation progressbar radio radiogroup region row "
    "rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong "
    "subscript suggestion superscript switch tab table tablist tabpanel term textbox time timer "
    "toolbar tooltip tree treegrid treeitem"
)
_INPUTS = (
    "button checkbox color date datetime-local email file hidden image month number password radio "
    "range reset search submit tel text time url week"
)
_SWITCH = "true false"
#: The values that some attributes may have, by element ("" for all).
VALUES = {
    ("input", "type"): listed(_INPUTS),
    ("button", "type"): listed("submit button reset"),
    ("form", "method"): listed("get post dialog"),
    ("button", "formmethod"): listed("get post dialog"),
    ("", "dir"): listed("auto ltr rtl"),
    ("", "popover"): frozenset(["", "auto", "manual", "hint"]),
    ("", "role"): ROLES,
    ("", "aria-live"): listed("off polite assertive"),
    ("", "aria-hidden"): listed(_SWITCH),
    ("", "aria-invalid"): listed("true false grammar spelling"),
    ("", "aria-current"): listed("page step location date time true false"),
    ("", "aria-expanded"): listed(_SWITCH),
    ("", "spellcheck"): frozenset(["", "true", "false"]),
    ("", "enterkeyhint"): listed("enter done go next previous search send"),
    ("", "autocapitalize"): listed("off none on sentences words characters"),
    ("", "inputmode"): listed("none text decimal numeric tel search email url"),
    ("img", "loading"): listed("lazy eager"),
    ("img", "decoding"): listed("sync async auto"),
    ("", "hidden"): frozenset(["", "hidden", "until-found"]),
}
#: What a browser knows, with shorthands and longhands.
PROPERTIES = listed(
    "accent-color align-content align-items align-self all anchor-name animation "
    "animation-composition animation-delay animation-direction animation-duration "
    "animation-fill-mode animation-iteration-count animation-name animation-play-state "
    "animation-range animation-timeline animation-timing-function appearance aspect-ratio "
    "backdrop-filter backface-visibility background background-attachment background-blend-mode "
    "background-clip background-color background-image background-origin background-position "
    "background-position-x background-position-y background-repeat background-size block-size "
    "border border-block border-block-color border-block-end border-block-end-color "
    "border-block-end-style border-block-end-width border-block-start border-block-start-color "
    "border-block-start-style border-block-start-width border-block-style border-block-width "
    "border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius "
    "border-bottom-style border-bottom-width border-collapse border-color border-end-end-radius "
    "border-end-start-radius border-image border-image-outset border-image-repeat "
    "border-image-slice border-image-source border-image-width border-inline border-inline-color "
    "border-inline-end border-inline-end-color border-inline-end-style border-inline-end-width "
    "border-inline-start border-inline-start-color border-inline-start-style "
    "border-inline-start-width border-inline-style border-inline-width border-left "
    "border-left-color border-left-style border-left-width border-radius border-right "
    "border-right-color border-right-style border-right-width border-spacing "
    "border-start-end-radius border-start-start-radius border-style border-top border-top-color "
    "border-top-left-radius border-top-right-radius border-top-style border-top-width border-width "
    "bottom box-decoration-break box-shadow box-sizing break-after break-before break-inside "
    "caption-side caret-color clear clip clip-path clip-rule color color-adjust color-scheme "
    "column-count column-fill column-gap column-rule column-rule-color column-rule-style "
    "column-rule-width column-span column-width columns contain contain-intrinsic-block-size "
    "contain-intrinsic-height contain-intrinsic-inline-size contain-intrinsic-size "
    "contain-intrinsic-width container container-name container-type content content-visibility "
    "corner-shape counter-increment counter-reset counter-set cursor d direction display "
    "dominant-baseline empty-cells field-sizing fill fill-opacity fill-rule filter flex flex-basis "
    "flex-direction flex-flow flex-grow flex-shrink flex-wrap float font font-family "
    "font-feature-settings font-kerning font-language-override font-optical-sizing font-palette "
    "font-size font-size-adjust font-stretch font-style font-synthesis font-synthesis-small-caps "
    "font-synthesis-style font-synthesis-weight font-variant font-variant-alternates "
    "font-variant-caps font-variant-east-asian font-variant-emoji font-variant-ligatures "
    "font-variant-numeric font-variant-position font-variation-settings font-weight font-width "
    "forced-color-adjust gap grid grid-area grid-auto-columns grid-auto-flow grid-auto-rows "
    "grid-column grid-column-end grid-column-gap grid-column-start grid-gap grid-row grid-row-end "
    "grid-row-gap grid-row-start grid-template grid-template-areas grid-template-columns "
    "grid-template-rows hanging-punctuation height hyphenate-character hyphenate-limit-chars "
    "hyphens image-orientation image-rendering initial-letter inline-size inset inset-block "
    "inset-block-end inset-block-start inset-inline inset-inline-end inset-inline-start "
    "interpolate-size isolation justify-content justify-items justify-self left letter-spacing "
    "line-break line-clamp line-height list-style list-style-image list-style-position "
    "list-style-type margin margin-block margin-block-end margin-block-start margin-bottom "
    "margin-inline margin-inline-end margin-inline-start margin-left margin-right margin-top mask "
    "mask-border mask-clip mask-composite mask-image mask-mode mask-origin mask-position "
    "mask-repeat mask-size mask-type math-depth math-style max-block-size max-height "
    "max-inline-size max-width min-block-size min-height min-inline-size min-width mix-blend-mode "
    "object-fit object-position object-view-box offset offset-anchor offset-distance offset-path "
    "offset-position offset-rotate opacity order orphans outline outline-color outline-offset "
    "outline-style outline-width overflow overflow-anchor overflow-block overflow-clip-margin "
    "overflow-inline overflow-wrap overflow-x overflow-y overlay overscroll-behavior "
    "overscroll-behavior-block overscroll-behavior-inline overscroll-behavior-x "
    "overscroll-behavior-y padding padding-block padding-block-end padding-block-start "
    "padding-bottom padding-inline padding-inline-end padding-inline-start padding-left "
    "padding-right padding-top page page-break-after page-break-before page-break-inside "
    "paint-order perspective perspective-origin place-content place-items place-self "
    "pointer-events position position-anchor position-area position-try position-try-fallbacks "
    "position-try-order position-visibility print-color-adjust quotes resize right rotate row-gap "
    "ruby-align ruby-position scale scroll-behavior scroll-margin scroll-margin-block "
    "scroll-margin-block-end scroll-margin-block-start scroll-margin-bottom scroll-margin-inline "
    "scroll-margin-inline-end scroll-margin-inline-start scroll-margin-left scroll-margin-right "
    "scroll-margin-top scroll-padding scroll-padding-block scroll-padding-block-end "
    "scroll-padding-block-start scroll-padding-bottom scroll-padding-inline "
    "scroll-padding-inline-end scroll-padding-inline-start scroll-padding-left "
    "scroll-padding-right scroll-padding-top scroll-snap-align scroll-snap-stop scroll-snap-type "
    "scroll-timeline scrollbar-color scrollbar-gutter scrollbar-width shape-image-threshold "
    "shape-margin shape-outside shape-rendering stop-color stop-opacity stroke stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity "
    "stroke-width tab-size table-layout text-align text-align-last text-anchor text-box "
    "text-box-edge text-box-trim text-combine-upright text-decoration text-decoration-color "
    "text-decoration-line text-decoration-skip-ink text-decoration-style "
    "text-decoration-thickness text-emphasis text-emphasis-color text-emphasis-position "
    "text-emphasis-style text-indent text-justify text-orientation text-overflow text-rendering "
    "text-shadow text-size-adjust text-spacing-trim text-transform text-underline-offset "
    "text-underline-position text-wrap text-wrap-mode text-wrap-style timeline-scope top "
    "touch-action transform transform-box transform-origin transform-style transition "
    "transition-behavior transition-delay transition-duration transition-property "
    "transition-timing-function translate unicode-bidi user-select vector-effect vertical-align "
    "view-timeline view-transition-class view-transition-name visibility white-space "
    "white-space-collapse widows width will-change word-break word-spacing word-wrap writing-mode "
    "x y z-index zoom"
)
#: Descriptors of @font-face, @property, @counter-style and @page.
DESCRIPTORS = listed(
    "src font-family font-style font-weight font-stretch font-width font-display unicode-range "
    "ascent-override descent-override line-gap-override size-adjust font-variant "
    "font-feature-settings font-variation-settings font-named-instance syntax inherits "
    "initial-value system symbols suffix prefix negative range pad fallback additive-symbols "
    "speak-as size marks bleed page-orientation base-palette override-colors navigation types "
    "result"
)
#: Values that every property can have.
GLOBAL = listed("inherit initial unset revert revert-layer")
#: Properties that are a colour, or several.
COLOURS = listed(
    "accent-color background-color border-block-color border-block-end-color "
    "border-block-start-color border-bottom-color border-color border-inline-color "
    "border-inline-end-color border-inline-start-color border-left-color border-right-color "
    "border-top-color caret-color color column-rule-color flood-color lighting-color "
    "outline-color stop-color text-decoration-color text-emphasis-color fill stroke"
)
_LINES = "none hidden dotted dashed solid double groove ridge inset outset"
_SCROLLS = listed("visible hidden clip scroll auto overlay")
_BOXES = listed(
    "normal auto stretch center start end flex-start flex-end self-start self-end left right "
    "baseline first last safe unsafe anchor-center legacy space-between space-around space-evenly"
)
#: What a border is, beside its colour.
BORDERS = listed(f"{_LINES} thin medium thick auto")
#: Properties whose numbers are times.
TIMES = listed("transition transition-duration transition-delay animation-duration animation-delay")
#: Properties whose numbers have no unit.
BARE = listed("z-index order opacity flex-grow flex-shrink orphans widows")
#: The words that some properties can have.
KEYWORDS = {
    "display": listed(
        "block inline run-in flow flow-root table flex grid ruby math list-item none contents "
        "inline-block inline-table inline-flex inline-grid table-row-group table-header-group "
        "table-footer-group table-row table-cell table-column-group table-column table-caption "
        "ruby-base ruby-text ruby-base-container ruby-text-container -webkit-box "
        "-webkit-inline-box -webkit-flex -webkit-inline-flex -ms-flexbox -ms-grid grid-lanes "
        "inline-grid-lanes"
    ),
    "position": listed("static relative absolute fixed sticky -webkit-sticky"),
    "text-align": listed(
        "start end left right center justify match-parent justify-all -webkit-center -webkit-left "
        "-webkit-right -webkit-match-parent"
    ),
    "flex-direction": listed("row row-reverse column column-reverse"),
    "flex-wrap": listed("nowrap wrap wrap-reverse balance"),
    "overflow": _SCROLLS,
    "overflow-x": _SCROLLS,
    "overflow-y": _SCROLLS,
    "overflow-block": _SCROLLS,
    "overflow-inline": _SCROLLS,
    "visibility": listed("visible hidden collapse"),
    "white-space": listed(
        "normal pre pre-wrap pre-line nowrap wrap break-spaces collapse preserve preserve-breaks "
        "preserve-spaces discard-before discard-after discard-inner none"
    ),
    "font-weight": listed("normal bold bolder lighter"),
    "font-style": listed("normal italic oblique left right"),
    "text-transform": listed(
        "none capitalize uppercase lowercase full-width full-size-kana math-auto"
    ),
    "box-sizing": listed("content-box border-box"),
    "align-items": _BOXES,
    "align-content": _BOXES,
    "align-self": _BOXES,
    "justify-items": _BOXES,
    "justify-content": _BOXES,
    "justify-self": _BOXES,
    "place-items": _BOXES,
    "place-content": _BOXES,
    "place-self": _BOXES,
    "float": listed("left right none inline-start inline-end footnote"),
    "clear": listed("left right both none inline-start inline-end"),
    "text-wrap": listed("wrap nowrap balance pretty stable auto"),
    "overflow-wrap": listed("normal break-word anywhere"),
    "pointer-events": listed(
        "auto none bounding-box visiblepainted visiblefill visiblestroke visible painted fill "
        "stroke all"
    ),
    "object-fit": listed("fill contain cover none scale-down"),
    **{
        f"{name}-style": listed(_LINES + (" auto" if name == "outline" else ""))
        for name in listed(
            "border border-top border-right border-bottom border-left border-block border-inline "
            "border-block-start border-block-end border-inline-start border-inline-end outline"
        )
    },
}
_SIDES = ("top", "right", "bottom", "left", "block", "inline", "block-start", "block-end",
          "inline-start", "inline-end")  # fmt: skip
#: Properties whose numbers are lengths, so that all but 0 need a unit.
LENGTHS = listed(
    "margin padding width height min-width min-height max-width max-height inline-size block-size "
    "min-inline-size min-block-size max-inline-size max-block-size top right bottom left inset "
    "inset-block inset-inline inset-block-start inset-block-end inset-inline-start "
    "inset-inline-end gap row-gap column-gap font-size letter-spacing word-spacing text-indent "
    "border-radius border-width outline-width outline-offset border-spacing flex-basis "
    "column-width border outline box-shadow text-shadow text-underline-offset "
    "scroll-margin scroll-padding translate"
) | {f"{name}-{side}" for name in ("margin", "padding") for side in _SIDES}
UNITS = listed(
    "px cm mm q in pc pt em rem ex rex cap rcap ch rch ic ric lh rlh vw vh vi vb vmin vmax svw svh "
    "svi svb svmin svmax lvw lvh lvi lvb lvmin lvmax dvw dvh dvi dvb dvmin dvmax cqw cqh cqi cqb "
    "cqmin cqmax deg grad rad turn s ms hz khz dpi dpcm dppx x fr db st"
)
SVG_ELEMENTS = listed(
    "animate animatemotion animatetransform circle clippath defs desc ellipse feblend "
    "fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting "
    "fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr "
    "fegaussianblur feimage femerge femergenode femorphology feoffset fepointlight "
    "fespecularlighting fespotlight fetile feturbulence filter foreignobject g image line "
    "lineargradient marker mask metadata mpath path pattern polygon polyline radialgradient rect "
    "set stop svg switch symbol text textpath tspan use view"
)
PSEUDO_CLASSES = listed(
    "active active-view-transition active-view-transition-type any any-link autofill blank "
    "buffering checked current default defined dir disabled empty enabled first first-child "
    "first-of-type focus focus-visible focus-within fullscreen future has has-slotted heading "
    "host host-context hover in-range indeterminate interest-source interest-target invalid is "
    "lang last-child last-of-type left link local-link matches modal muted not nth-child "
    "nth-col nth-last-child nth-last-col nth-last-of-type nth-of-type only-child only-of-type "
    "open optional out-of-range past paused picture-in-picture placeholder-shown playing "
    "popover-open read-only read-write required right root scope seeking stalled state target "
    "target-after target-before target-current target-within user-invalid user-valid valid "
    "visited volume-locked where xr-overlay"
)
PSEUDO_ELEMENTS = listed(
    "after backdrop before checkmark clear-icon color-swatch column cue cue-region details-content "
    "field-component field-separator field-text file-selector-button first-letter first-line "
    "grammar-error highlight marker part picker picker-icon placeholder reveal-icon scroll-button "
    "scroll-marker scroll-marker-group search-text selection slider-fill slider-thumb slider-track "
    "slotted spelling-error step-control step-down step-up target-text view-transition "
    "view-transition-group view-transition-group-children view-transition-image-pair "
    "view-transition-new view-transition-old"
)
AT_RULES = listed(
    "charset container counter-style custom-media custom-selector font-face font-feature-values "
    "font-palette-values function import keyframes layer media namespace page position-try "
    "property scope starting-style supports view-transition color-profile apply mixin "
    "stylistic historical-forms styleset character-variant swash ornaments annotation "
    "top-left-corner top-left top-center top-right top-right-corner bottom-left-corner bottom-left "
    "bottom-center bottom-right bottom-right-corner left-top left-middle left-bottom right-top "
    "right-middle right-bottom"
)
_LONG = "width height device-width device-height inline-size block-size"
#: Features whose values are lengths.
LONG_FEATURES = frozenset(
    f"{bound}{name}" for bound in ("", "min-", "max-") for name in listed(_LONG)
)
_ASKED = (
    "aspect-ratio device-aspect-ratio color color-index monochrome resolution any-hover "
    "any-pointer color-gamut device-posture display-mode dynamic-range grid "
    "horizontal-viewport-segments inverted-colors nav-controls overflow-block overflow-inline "
    "prefers-reduced-data prefers-reduced-transparency scan shape update "
    "vertical-viewport-segments video-dynamic-range"
)
#: What a query of media can ask for, with the words of the answers; none where all are allowed.
FEATURES: dict[str, frozenset[str]] = {
    **{
        f"{bound}{name}": frozenset()
        for bound in ("", "min-", "max-")
        for name in listed(f"{_LONG} {_ASKED}")
    },
    "hover": listed("none hover"),
    "pointer": listed("none coarse fine"),
    "orientation": listed("portrait landscape"),
    "prefers-color-scheme": listed("light dark"),
    "prefers-contrast": listed("no-preference more less custom"),
    "prefers-reduced-motion": listed("no-preference reduce"),
    "forced-colors": listed("none active"),
    "scripting": listed("none initial-only enabled"),
}
