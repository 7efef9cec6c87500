// Sortable tables; everything else works without scripts.
document.querySelectorAll("table.sortable").forEach(function (table) {
  table.querySelectorAll("th").forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      var rows = Array.from(table.tBodies[0].rows).map(function (row, place) {
        var cell = row.cells[column];
        var value = cell.dataset.value === undefined ? null : Number(cell.dataset.value);
        return { row: row, place: place, value: value, text: cell.textContent };
      });
      rows.sort(function (a, b) {
        if (a.value !== null && b.value !== null && a.value !== b.value) return down ? b.value - a.value : a.value - b.value;
        if ((a.value === null) !== (b.value === null)) return a.value === null ? 1 : -1;
        var order = a.text.localeCompare(b.text, "zh-CN");
        return (down ? -order : order) || a.place - b.place;
      });
      rows.forEach(function (item) { table.tBodies[0].appendChild(item.row); });
    });
  });
});
