/** A file that is dropped where nothing takes it would be opened by the browser in the page's place. */
export function keepPage(page: Pick<Document, 'addEventListener'>): void {
  for (const kind of ['dragover', 'drop'] as const) {
    page.addEventListener(kind, (event) => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
    })
  }
}
